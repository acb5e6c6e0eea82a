import { describe, expect, it } from 'vitest';
import { readPlate } from '../../functions/vehicles/plate.ts';

describe('a plate', () => {
  it.each([
    ['서울71바1234', '서울71바1234'],
    ['서울 71 바 1234', '서울71바1234'],
    [' 경기 70 바 1234 ', '경기70바1234'],
    ['경기70-바-1234', '경기70바1234'],
    ['경기70 바\u20131234', '경기70바1234'],
    ['서울７１바１２３４', '서울71바1234'],
    ['서울71바1234'.normalize('NFD'), '서울71바1234'],
    ['서울\u200b71바\u00a01234', '서울71바1234'],
    ['서울71바·1234', '서울71바1234'],
    ['71ㅂㅏ1234', '71바1234'],
    ['70바1234', '70바1234'],
    ['123바4567', '123바4567'],
    ['서울 745 사 4567', '서울745사4567'],
    ['제주79아0001', '제주79아0001'],
    ['세종70자9999', '세종70자9999'],
  ])('%j is %s', (written, plate) => {
    expect(readPlate(written)).toEqual({ plate });
    expect(readPlate(plate)).toEqual({ plate });
  });

  it.each(
    ['서울', '부산', '대구', '인천', '광주', '대전', '울산', '세종', '경기', '강원', '충북', '충남', '전북', '전남']
      .concat(['경북', '경남', '제주'])
      .flatMap((region) => ['바', '사', '아', '자'].map((letter) => `${region}71${letter}1234`)),
  )('%s may carry passengers for hire', (plate) => {
    expect(readPlate(plate)).toEqual({ plate });
  });

  it.each([
    ...Array.from('가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주', (letter) => [
      `12${letter}3456`,
      'plate_private',
    ]),
    ['서울 12 가 3456', 'plate_private'],
    ['123가4567', 'plate_private'],
    ['71하1234', 'plate_rental'],
    ['123호4567', 'plate_rental'],
    ['12허3456', 'plate_rental'],
    ['서울80배1234', 'plate_delivery'],
    // Soldiers and diplomats; districts; Latin letters; too much and too little.
    ['12육3456', 'plate'],
    ['외교123-456', 'plate'],
    ['서울강남바1234', 'plate'],
    ['서울특별시71바1234', 'plate'],
    ['평양71바1234', 'plate'],
    ['서울71B1234', 'plate'],
    ['서울1바1234', 'plate'],
    ['1234바5678', 'plate'],
    ['71바123', 'plate'],
    ['71바12345', 'plate'],
    ['00바1234', 'plate'],
    ['000바1234', 'plate'],
    ['71바0000', 'plate'],
    ['71바1234x', 'plate'],
    ['71바1234\n71바1235', 'plate'],
    ['٧١바1234', 'plate'],
    ['바', 'plate'],
    ['', 'plate'],
  ])('%j is none: %s', (written, refusal) => {
    expect(readPlate(written)).toEqual({ refusal });
  });
});
