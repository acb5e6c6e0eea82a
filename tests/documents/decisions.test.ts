import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { decideOnDocument } from '../../functions/documents/decide-on-document.ts';
import type { Document, RegisteredDocument } from '../../functions/documents/document-schema.ts';
import type { Page } from '../../functions/http/paging.ts';
import type { Ports } from '../../functions/ports.ts';
import { audit } from '../../schema/audit.ts';
import { files } from '../../schema/files.ts';
import { outbox } from '../../schema/outbox.ts';
import type { AccountId, DocumentId, FileId } from '../../schema/ids.ts';
import { refusal } from '../support/clients/client.ts';
import { walk } from '../support/clients/walk.ts';
import { database } from '../support/db/run-database.ts';
import { approved, dayIn, handedIn } from '../support/people/documents.ts';
import { noticeTo } from '../support/people/notices.ts';
import { newAdmin, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { actorOf, listenTo, testPorts } from '../support/ports.ts';

const reason = '사진이 흐려 읽을 수 없습니다.';
const approve = ({ id }: { id: string }) => `/v1/admin/documents/${id}/approve`;
const refuse = ({ id }: { id: string }) => `/v1/admin/documents/${id}/refuse`;
const listed = async (person: Person) => (await person.get<Page<Document>>('/v1/me/documents')).body.items;
const fileOf = async ({ fileId }: Document) => {
  const [row] = await database()
    .select()
    .from(files)
    .where(eq(files.id, fileId as FileId));
  return row;
};

describe('GET /v1/admin/documents', () => {
  it('has those that wait, the longest first, and others by their state', async () => {
    const [admin, one, other] = await Promise.all([newAdmin(), newDriver(), newDriver()]);
    const [done, first, second] = [await approved(admin, one), await handedIn(one), await handedIn(other)];
    const mine = async (path: string) => {
      const items = await walk<RegisteredDocument>(admin, path, 100);
      return items.filter(({ operator }) => [one.id, other.id].includes(operator.id));
    };
    expect(await mine('/v1/admin/documents')).toEqual([
      { ...first, operator: { id: one.id, displayName: one.account.displayName, role: 'driver' } },
      { ...second, operator: { id: other.id, displayName: other.account.displayName, role: 'driver' } },
    ]);
    expect(await mine('/v1/admin/documents?state=approved')).toEqual([done]);
  });
});

describe('a decision on a document', () => {
  it.each([
    ['approve', null, 'approved', 'document_approved'],
    ['refuse', reason, 'refused', 'document_refused'],
  ] as const)('(%s) is made once, audited, told and written of', async (step, said, state, name) => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const document = await handedIn(driver);
    const { ports } = await testPorts();
    const ear = await listenTo(ports.bus, driver);
    const told: unknown[] = [];
    const delivery: Ports['delivery'] = {
      ...ports.delivery,
      deliver(effects) {
        told.push(...effects.rows.map(({ channel, event }) => `${channel} ${String(event['event'])}`));
        ports.delivery.deliver(effects);
      },
    };
    const decide = () =>
      decideOnDocument({ ...ports, delivery }, actorOf(admin), document.id as DocumentId, { step, reason: said });
    expect(await decide()).toMatchObject({ state, decisionReason: said, decidedAt: expect.any(String) });
    expect(await decide()).toMatchObject({ state, decisionReason: said });
    await ports.delivery.settled();
    expect(ear.heard).toMatchObject([{ kind: 'event', frame: { event: name, document: document.id } }]);
    expect(told).toEqual([`account ${name}`, `email ${name}`]);
    expect(await listed(driver)).toMatchObject([{ state, decisionReason: said, fileId: document.fileId }]);
    const lines = await database().select().from(audit).where(eq(audit.subjectId, document.id));
    expect(lines.map(({ action, actorId }) => [action, actorId])).toEqual([
      ['document.submit', driver.id],
      [`document.${step}`, admin.id],
    ]);
    expect(JSON.stringify(lines)).not.toContain(reason);
  });

  it('is one admin’s: of two at once one wins, and the other is told the state that stands', async () => {
    const [one, other, driver] = await Promise.all([newAdmin(), newAdmin(), newDriver()]);
    const document = await handedIn(driver);
    const answers = await Promise.all([
      one.post<Document>(approve(document)),
      other.post<Document>(refuse(document), { reason }),
    ]);
    const won = answers.find(({ status }) => status === 200);
    const lost = answers.find(({ status }) => status !== 200);
    expect(lost).toMatchObject({ ...refusal(409, 'document_not_requested'), body: { state: won?.body.state } });
    expect(await listed(driver)).toMatchObject([{ state: won?.body.state }]);
  });

  it('is none of what was replaced or taken back meanwhile', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const [first, second] = [await handedIn(driver), await handedIn(driver)];
    expect(await admin.post(approve(first))).toMatchObject({
      ...refusal(409, 'document_not_requested'),
      body: { state: 'replaced' },
    });
    await driver.call(`/v1/me/documents/${second.id}`, { method: 'DELETE' });
    expect(await admin.post(approve(second))).toMatchObject({ status: 409, body: { state: 'removed' } });
  });

  it('replaces the older approved one of its kind, and erases that', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const other = await approved(admin, driver, { kind: 'mutual_aid_certificate' });
    const old = await approved(admin, driver, { expiresOn: dayIn(5) });
    const newer = await handedIn(driver);
    // Until somebody has looked at the newer one, the older one counts.
    expect((await listed(driver)).map(({ state }) => state)).toEqual(['requested', 'approved', 'approved']);
    expect((await admin.post(approve(newer))).status).toBe(200);
    expect((await listed(driver)).map(({ id, state }) => [id, state])).toEqual([
      [newer.id, 'approved'],
      [old.id, 'replaced'],
      [other.id, 'approved'],
    ]);
    expect((await fileOf(old))?.deletedAt).not.toBeNull();
    expect(await fileOf(newer)).toMatchObject({ state: 'ready', deletedAt: null });
  });

  it('erases the bytes of what it approves where the deployer has it so, and of nothing that it refuses', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const { ports } = await testPorts();
    const erasing = { ...ports, settings: { ...ports.settings, eraseVerifiedDocuments: true } };
    const [licence, certificate] = [
      await handedIn(driver),
      await handedIn(driver, { kind: 'mutual_aid_certificate' }),
    ] as const;
    const decide = (document: Document, step: 'approve' | 'refuse') =>
      decideOnDocument(erasing, actorOf(admin), document.id as DocumentId, { step, reason: null });
    expect(await decide(licence, 'approve')).toMatchObject({ state: 'approved', fileId: null });
    expect(await decide(certificate, 'refuse')).toMatchObject({ state: 'refused', fileId: certificate.fileId });
    expect((await fileOf(licence))?.deletedAt).not.toBeNull();
    expect((await fileOf(certificate))?.deletedAt).toBeNull();
    // Asked again, after a lost answer.
    expect(await decide(licence, 'approve')).toMatchObject({ state: 'approved', fileId: null });
  });

  it('approves nothing that ran out while it waited', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const { id } = await handedIn(driver, { expiresOn: dayIn(3) });
    const { ports, clock } = await testPorts();
    clock.advance(4 * 24 * 3600 * 1000);
    const decide = (step: 'approve' | 'refuse') =>
      decideOnDocument(ports, actorOf(admin), id as DocumentId, { step, reason });
    await expect(decide('approve')).rejects.toMatchObject({ code: 'document_ended' });
    expect(await decide('refuse')).toMatchObject({ state: 'refused' });
  });

  it('is taken back where it turns out wrong, and gives way to the next that is approved', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const revoke = ({ id }: { id: string }) => `/v1/admin/documents/${id}/revoke`;
    const document = await approved(admin, driver);
    expect(await admin.post(revoke(document), {})).toMatchObject(refusal(422, 'validation_failed'));
    for (let time = 0; time < 2; time++) {
      expect(await admin.post(revoke(document), { reason })).toMatchObject({
        status: 200,
        body: { state: 'revoked', decisionReason: reason },
      });
    }
    await noticeTo(driver.account.email ?? '', /승인이 취소/u);
    const newer = await approved(admin, driver);
    expect((await listed(driver)).map(({ id, state }) => [id, state])).toEqual([
      [newer.id, 'approved'],
      [document.id, 'replaced'],
    ]);
    const waiting = await handedIn(driver);
    expect(await admin.post(revoke(waiting), { reason })).toMatchObject({
      ...refusal(409, 'document_not_approved'),
      body: { state: 'requested' },
    });
    // One that was taken back while a newer one waits is replaced with the approval of that.
    expect((await admin.post(revoke(newer), { reason })).status).toBe(200);
    await admin.post(approve(waiting));
    expect((await listed(driver)).map(({ state }) => state)).toEqual(['approved', 'replaced', 'replaced']);
  });

  it('is refused without a reason', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const document = await handedIn(driver);
    for (const wrong of [{}, { reason: '\u200b' }, { reason: '가'.repeat(501) }, { reason: 1 }]) {
      expect(await admin.post(refuse(document), wrong)).toMatchObject(refusal(422, 'validation_failed'));
    }
  });
});

describe('a mail of a decision', () => {
  it('waits in the outbox with the change, if the process dies', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const { id } = await handedIn(driver);
    const { ports } = await testPorts();
    const dead = { ...ports, delivery: { ...ports.delivery, deliver: () => {} } };
    await decideOnDocument(dead, actorOf(admin), id as DocumentId, { step: 'approve', reason: null });
    const rows = await database()
      .select()
      .from(outbox)
      .where(eq(outbox.target, driver.id as AccountId));
    const about = rows.filter(({ event }) => event['document'] === id).map(({ channel }) => channel);
    expect(new Set(about)).toEqual(new Set(['account', 'email']));
  });
});
