/**
 * The accounts that `npm start` makes. Their passwords are public: a production process refuses them.
 */
export const demoAccounts = [
  { role: 'customer', username: 'minji', password: 'demo-customer-2026', name: '김민지' },
  { role: 'driver', username: 'kingdriver', password: 'demo-driver-2026', name: '박정호' },
  { role: 'driver', username: 'namhae_bus', password: 'demo-driver-too-2026', name: '이상훈' },
  { role: 'company', username: 'hanbit_tour', password: 'demo-company-2026', name: '한빛관광' },
  { role: 'admin', username: 'admin', password: 'demo-admin-2026', name: '운영자' },
] as const satisfies readonly DemoAccount[];

export type DemoAccount = {
  role: 'customer' | 'driver' | 'company' | 'admin';
  username: string;
  password: string;
  name: string;
};
