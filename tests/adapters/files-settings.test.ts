import { describe, expect, it } from 'vitest';
import { readConfig } from '../../adapters/node/config.ts';

const others = { DATABASE_URL: 'mysql://kingbus:secret@127.0.0.1:3306/kingbus' };
const bucket = {
  KINGBUS_FILES: 's3://kingbus-files',
  KINGBUS_S3_ENDPOINT: 'https://kr.object.ncloudstorage.com/',
  KINGBUS_S3_REGION: 'kr-standard',
  KINGBUS_S3_ACCESS_KEY_ID: 'key',
  KINGBUS_S3_SECRET_ACCESS_KEY: '5ecret',
};
const filesOf = (environment: Record<string, string>) => readConfig({ ...others, ...environment }).files;

describe('where a Node process keeps files', () => {
  it('is a folder', () => {
    expect(filesOf({})).toEqual({ folder: '.kingbus/files' });
    expect(filesOf({ KINGBUS_FILES: '/srv/files', KINGBUS_S3_ENDPOINT: '' })).toEqual({ folder: '/srv/files' });
  });

  it('is a bucket, named by its path unless said otherwise', () => {
    const s3 = {
      bucket: 'kingbus-files',
      endpoint: 'https://kr.object.ncloudstorage.com',
      region: 'kr-standard',
      accessKeyId: 'key',
      secretAccessKey: '5ecret',
      timeoutMs: 15_000,
    };
    expect(filesOf(bucket)).toEqual({ s3: { ...s3, pathStyle: true } });
    expect(filesOf({ ...bucket, KINGBUS_S3_PATH_STYLE: '0' })).toEqual({ s3: { ...s3, pathStyle: false } });
  });

  it.each([
    ['KINGBUS_FILES', 's3://kingbus-files/below'],
    ['KINGBUS_FILES', 's3://'],
    ['KINGBUS_FILES', 'gs://kingbus-files'],
    ['KINGBUS_S3_ENDPOINT', ''],
    ['KINGBUS_S3_ENDPOINT', '5ecret.example'],
    ['KINGBUS_S3_REGION', ''],
    ['KINGBUS_S3_ACCESS_KEY_ID', ''],
    ['KINGBUS_S3_SECRET_ACCESS_KEY', ''],
    ['KINGBUS_S3_PATH_STYLE', 'yes'],
  ])('is refused by the name of what is wrong: %s = %s', (name, value) => {
    const read = () => filesOf({ ...bucket, [name]: value });
    expect(read).toThrow(name);
    expect(read).not.toThrow(/5ecret/u);
  });
});
