import type { Connection, RowDataPacket } from 'mysql2/promise';

/** Rows that each table gets. */
export const manyRows = 20_000;

interface Column extends RowDataPacket {
  name: string;
  type: string;
  nullable: 'YES' | 'NO';
  extra: string;
  refers: string | null;
  keyPosition: number | null;
  key: string;
}

/**
 * Fills every table with many rows, so that the optimizer plans as it would in a year. Written from what MariaDB says of
 * its tables, so that a new table or column needs nothing here. Foreign keys hold: twenty rows or so for each parent.
 */
export async function fillWithManyRows(connection: Connection): Promise<string[]> {
  const [tables] = await connection.query<RowDataPacket[]>(
    `select table_name as name from information_schema.tables
     where table_schema = database() and table_name <> '__drizzle_migrations' order by table_name`,
  );
  const names = tables.map(({ name }) => String(name));
  await connection.query('set session foreign_key_checks = 0');
  for (const table of names) {
    const columns = await columnsOf(connection, table);
    const values = columns.map((column) => valueOf(column, table, names, columns));
    await connection.query(
      `insert ignore into \`${table}\` (${columns.map(({ name }) => `\`${name}\``).join(', ')})
       select ${values.join(', ')} from seq_1_to_${manyRows}`,
    );
    await connection.query(`analyze table \`${table}\``);
  }
  return names;
}

async function columnsOf(connection: Connection, table: string): Promise<Column[]> {
  const [columns] = await connection.query<Column[]>(
    `select c.column_name as name, c.column_type as type, c.is_nullable as nullable, c.extra as extra, c.column_key as \`key\`,
       (select max(k.referenced_table_name) from information_schema.key_column_usage k
        where k.table_schema = c.table_schema and k.table_name = c.table_name and k.column_name = c.column_name) as refers,
       (select max(k.ordinal_position) from information_schema.key_column_usage k where k.table_schema = c.table_schema
          and k.table_name = c.table_name and k.column_name = c.column_name and k.constraint_name = 'PRIMARY') as keyPosition
     from information_schema.columns c
     where c.table_schema = database() and c.table_name = ? order by c.ordinal_position`,
    [table],
  );
  return columns.filter(({ extra }) => !extra.includes('GENERATED'));
}

/** An SQL expression of `seq` that fits a column. */
function valueOf(column: Column, table: string, tables: string[], columns: Column[]): string {
  const { name, type, nullable, refers, keyPosition } = column;
  const composite = columns.filter((each) => each.keyPosition !== null).length > 1;
  const firstParent = columns.find((each) => each.refers !== null);
  if (refers !== null && column.key === 'UNI') return idOf(tables.indexOf(refers), 'seq');
  if (refers !== null) {
    // The first parent has twenty children in a row; others meet each child once, so that pairs stay unique.
    const isFirst = firstParent === column && !(keyPosition === 1 && !composite);
    return idOf(tables.indexOf(refers), isFirst ? '1 + seq div 20' : `1 + (seq * 7) mod ${manyRows}`);
  }
  if (type === 'uuid') return nullable === 'YES' ? 'null' : idOf(tables.indexOf(table), 'seq');
  if (keyPosition !== null && /int/u.test(type)) return 'seq mod 20';
  if (type.startsWith('enum')) return `elt(1 + seq mod ${type.split(',').length}, ${type.slice(5, -1)})`;
  if (type.startsWith('datetime')) {
    const moment = 'date_sub(utc_timestamp(3), interval seq * 600 second)';
    return nullable === 'YES' ? `if(seq mod 2, null, ${moment})` : moment;
  }
  // Too short for a number of twenty thousand: of one parent's twenty children each has another.
  if (keyPosition !== null && type === 'varchar(2)') return "lpad(seq mod 20, 2, '0')";
  if (nullable === 'YES') return 'null';
  const length = Number(/\d+/u.exec(type)?.[0]);
  // Of a short key all would begin alike.
  if (/char/u.test(type) && keyPosition !== null && length < 8)
    return `right(concat('000', conv(seq, 10, 36)), ${length})`;
  if (/char/u.test(type)) return `left(concat('seed-', seq), ${length})`;
  if (type === 'longtext') return "'[]'";
  if (/text/u.test(type)) return "'seed'";
  return name.startsWith('is_') || type === 'tinyint(1)' ? 'seq mod 2' : 'seq mod 100';
}

/** A UUID for row `row` of a table, the same wherever that row is referred to. */
const idOf = (table: number, row: string): string =>
  `cast(concat('01900000-0000-7${table.toString(16).padStart(3, '0')}-8000-', lpad(hex(${row}), 12, '0')) as uuid)`;
