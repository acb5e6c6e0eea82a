import { event, vehicleId } from '../events/event.ts';

/** What is told of vehicles. */
export const vehicleEvents = {
  vehicle_verified: event({ vehicle: vehicleId }, ['차량 확인이 끝났습니다.', 'Your vehicle has been verified.']),
  vehicle_refused: event({ vehicle: vehicleId }, [
    '차량이 확인되지 않았습니다. 사유를 확인해 주세요.',
    'Your vehicle was not verified. Please read why.',
  ]),
  vehicle_revoked: event({ vehicle: vehicleId }, [
    '차량 확인이 취소되었습니다. 사유를 확인해 주세요.',
    'Your vehicle is no longer verified. Please read why.',
  ]),
};
