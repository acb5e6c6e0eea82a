-- The database, and who may do what in it. Safe to repeat. For a MariaDB on another machine, the same with the network
-- that the processes come from in place of '127.0.0.1', `require ssl`, and passwords by `alter user … identified by …`.
create database if not exists `kingbus` character set utf8mb4 collate utf8mb4_uca1400_ai_ci;

-- The processes: rows, and nothing else.
create user if not exists 'kingbus'@'127.0.0.1' identified via mysql_native_password using 'invalid';
grant select, insert, update, delete on `kingbus`.* to 'kingbus'@'127.0.0.1';

-- Migrations: the tables too.
create user if not exists 'kingbus_migration'@'127.0.0.1' identified via mysql_native_password using 'invalid';
grant select, insert, update, delete, create, alter, drop, index, references on `kingbus`.*
  to 'kingbus_migration'@'127.0.0.1';

-- Backups: reads everything, changes nothing.
create user if not exists 'kingbus_backup'@'127.0.0.1' identified via mysql_native_password using 'invalid';
grant select, show view, trigger on `kingbus`.* to 'kingbus_backup'@'127.0.0.1';
