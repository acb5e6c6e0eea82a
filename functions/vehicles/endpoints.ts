import { addVehicleEndpoint } from './add-vehicle.ts';
import { approveVehicleEndpoint } from './approve-vehicle.ts';
import { changeVehicleEndpoint } from './change-vehicle.ts';
import { listOwnVehiclesEndpoint } from './list-own-vehicles.ts';
import { listPublicVehiclesEndpoint } from './list-public-vehicles.ts';
import { listRegisteredVehiclesEndpoint } from './list-registered-vehicles.ts';
import { refuseVehicleEndpoint } from './refuse-vehicle.ts';
import { revokeVehicleEndpoint } from './revoke-vehicle.ts';
import { removeVehicleEndpoint } from './remove-vehicle.ts';
import { requestVerificationEndpoint } from './request-verification.ts';
import { setVehiclePhotosEndpoint } from './set-vehicle-photos.ts';
import { showVehicleEndpoint } from './show-vehicle.ts';

export const vehicleEndpoints = [
  listOwnVehiclesEndpoint,
  addVehicleEndpoint,
  showVehicleEndpoint,
  changeVehicleEndpoint,
  removeVehicleEndpoint,
  setVehiclePhotosEndpoint,
  requestVerificationEndpoint,
  listPublicVehiclesEndpoint,
  listRegisteredVehiclesEndpoint,
  approveVehicleEndpoint,
  refuseVehicleEndpoint,
  revokeVehicleEndpoint,
] as const;
