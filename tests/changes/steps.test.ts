import { beforeAll, describe, expect, it } from 'vitest';
import { moveOrder } from '../../db/orders.ts';
import { change } from '../../functions/changes/change.ts';
import { completeStep } from '../../functions/changes/transition.ts';
import type { Outcome } from '../../functions/changes/transition.ts';
import type { Actor } from '../../functions/identity/actor.ts';
import type { Ports } from '../../functions/ports.ts';
import type { OrderId } from '../../schema/ids.ts';
import { placed } from '../support/people/deals.ts';
import { newCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { actorOf, testPorts } from '../support/ports.ts';

const transitions = {
  select: { from: ['open'], to: 'selected', by: ['customer', 'webhook'], otherwise: 'order_not_open' },
} as const;

/** Takes the order's step, with something else recorded of it before and after. */
async function select(
  ports: Ports,
  actor: Actor,
  id: OrderId,
  { versions, details }: { versions?: number[]; details?: Record<string, unknown> } = {},
): Promise<Outcome> {
  return change(ports, actor, async (tx, record) => {
    const subject = { kind: 'order', id };
    const moved = await moveOrder(tx, id, transitions.select, record.at, { versions });
    const outcome = await completeStep(tx, record, {
      subject,
      transitions,
      name: 'select',
      moved,
      ...(details && { details }),
    });
    record.audit(subject, 'viewed');
    return outcome;
  });
}

describe('a step', () => {
  let ports: Ports;
  let customer: Person;
  beforeAll(async () => {
    ({ ports } = await testPorts());
    customer = await newCustomer();
  });
  const orderId = async () => (await placed(customer)).id as OrderId;
  const webhook = (eventId: string): Actor => ({ kind: 'webhook', source: 'payments', eventId });

  it('is made once by whoever asks again, also where something else was done to the thing since', async () => {
    const id = await orderId();
    const actor = actorOf(customer);
    expect([await select(ports, actor, id), await select(ports, actor, id)]).toEqual(['moved', 'already']);
    await expect(select(ports, actor, id, { details: { other: true } })).rejects.toMatchObject({
      code: 'order_not_open',
    });
    await expect(select(ports, webhook('e-1'), id)).rejects.toMatchObject({ code: 'order_not_open' });
  });

  it('of a provider is made once, whatever id it tells of it under', async () => {
    const id = await orderId();
    expect(await select(ports, webhook('e-1'), id)).toBe('moved');
    expect(await select(ports, webhook(`another ${'x'.repeat(200)}`), id)).toBe('already');
    await expect(select(ports, { ...webhook('e-1'), source: 'another' } as Actor, id)).rejects.toMatchObject({
      code: 'order_not_open',
    });
  });

  it('is not made by whom its table does not name', async () => {
    const id = await orderId();
    await expect(select(ports, { kind: 'job', name: 'x' }, id)).rejects.toThrow('no step of this actor: order.select');
    expect(await select(ports, actorOf(customer), id)).toBe('moved');
  });

  it('is made at a version that its caller knows, or any where none is named', async () => {
    const id = await orderId();
    const actor = actorOf(customer);
    for (const versions of [[], [2], [0, 7]]) {
      await expect(select(ports, actor, id, { versions })).rejects.toMatchObject({ code: 'precondition_failed' });
    }
    expect(await select(ports, actor, id, { versions: [3, 1] })).toBe('moved');
    // It stands elsewhere now: that is what there is to say, whatever the version.
    await expect(select(ports, webhook('e'), id, { versions: [1] })).rejects.toMatchObject({ code: 'order_not_open' });
  });
});
