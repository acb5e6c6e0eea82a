/** The provinces of Korea (sido), by the first two digits of the official codes of districts (행정표준코드) as they stand since 2024. */
export const regionNames = {
  '11': { korean: '서울특별시', english: 'Seoul' },
  '26': { korean: '부산광역시', english: 'Busan' },
  '27': { korean: '대구광역시', english: 'Daegu' },
  '28': { korean: '인천광역시', english: 'Incheon' },
  '29': { korean: '광주광역시', english: 'Gwangju' },
  '30': { korean: '대전광역시', english: 'Daejeon' },
  '31': { korean: '울산광역시', english: 'Ulsan' },
  '36': { korean: '세종특별자치시', english: 'Sejong' },
  '41': { korean: '경기도', english: 'Gyeonggi' },
  '43': { korean: '충청북도', english: 'North Chungcheong' },
  '44': { korean: '충청남도', english: 'South Chungcheong' },
  '46': { korean: '전라남도', english: 'South Jeolla' },
  '47': { korean: '경상북도', english: 'North Gyeongsang' },
  '48': { korean: '경상남도', english: 'South Gyeongsang' },
  '50': { korean: '제주특별자치도', english: 'Jeju' },
  '51': { korean: '강원특별자치도', english: 'Gangwon' },
  '52': { korean: '전북특별자치도', english: 'North Jeolla' },
} as const;

export type RegionCode = keyof typeof regionNames;

/** The codes, in their order. */
export const regionCodes = Object.keys(regionNames).toSorted() as [RegionCode, ...RegionCode[]];
