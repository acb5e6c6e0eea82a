import type { ProblemTexts, RuleTexts } from '../http/problem-texts.ts';

export const vehicleProblems = {
  plate_taken: [
    409,
    '다른 운영자가 등록한 차량 번호입니다.',
    'A vehicle with this plate is registered, or waits for its verification.',
  ],
  too_many_vehicles: [409, '차량은 500대까지 등록할 수 있습니다.', 'You may have 500 vehicles at most.'],
  vehicle_not_draft: [
    409,
    '확인을 요청할 수 있는 차량이 아닙니다.',
    'The verification of this vehicle is asked for already, or done.',
  ],
  vehicle_not_requested: [409, '확인을 기다리는 차량이 아닙니다.', 'The vehicle is not waiting for verification.'],
  vehicle_not_verified: [409, '확인이 끝나지 않은 차량입니다.', 'The vehicle has not been verified.'],
  vehicle_removed: [409, '삭제한 차량입니다.', 'The vehicle has been removed.'],
} as const satisfies ProblemTexts;

export const vehicleRules = {
  plate: ['올바른 차량 번호가 아닙니다. 예: 서울 71바 1234', 'This is not a Korean plate, such as 서울 71바 1234.'],
  plate_private: [
    '자가용 번호입니다. 전세버스는 영업용 번호(바, 사, 아, 자)여야 합니다.',
    'This is the plate of a private vehicle: that of one for hire has 바, 사, 아 or 자.',
  ],
  plate_rental: [
    '대여 차량(하, 허, 호) 번호입니다. 전세버스는 영업용 번호(바, 사, 아, 자)여야 합니다.',
    'This is the plate of a rented vehicle (하, 허, 호): that of one for hire has 바, 사, 아 or 자.',
  ],
  plate_delivery: [
    '택배 차량(배) 번호입니다. 전세버스는 여객 영업용 번호(바, 사, 아, 자)여야 합니다.',
    'This is the plate of a delivery vehicle (배): that of one for passengers has 바, 사, 아 or 자.',
  ],
  year_ahead: ['연식은 내년까지만 쓸 수 있습니다.', 'It must not be later than next year.'],
  unknown_file: ['올린 파일이 아니거나 이미 쓰인 파일입니다.', 'There is no such file of yours that is still unused.'],
  unknown_vehicle: ['등록한 차량이 아닙니다.', 'There is no such vehicle of yours.'],
} as const satisfies RuleTexts;
