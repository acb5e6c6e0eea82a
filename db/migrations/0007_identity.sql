-- Usernames, e-mail addresses and phones are compared byte for byte from now on, so each has to be in its one normal form
-- (functions/accounts/fields.ts). Capitals and blanks at the ends are mended here; anything else, and two accounts that become one,
-- is for people to decide: the migration stops, changes nothing, and names the accounts (docs/operations.md).
BEGIN NOT ATOMIC
  DECLARE found TEXT;
  SELECT group_concat(`id` ORDER BY `id` SEPARATOR ' ') INTO found FROM `accounts` WHERE `role` <> 'system' AND (
    lower(trim(`username`)) NOT REGEXP '^[a-z0-9][a-z0-9._-]{3,31}$'
    OR lower(trim(`email`)) NOT REGEXP '^[a-z0-9_\'+.-]{1,64}@([a-z0-9-]{1,63}[.])+[a-z0-9-]{2,63}$'
    OR trim(`phone`) NOT REGEXP '^[+]82(10[0-9]{8}|1[16-9][0-9]{7,8})$');
  IF found IS NOT NULL THEN
    SET found = left(concat('These accounts have a username, email or phone that is in no normal form: ', found), 500);
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = found;
  END IF;
  SELECT group_concat(`ids` SEPARATOR '; ') INTO found FROM (
    SELECT group_concat(`id` ORDER BY `id` SEPARATOR ' ') AS `ids` FROM `accounts` GROUP BY lower(trim(`username`)) HAVING count(*) > 1
    UNION SELECT group_concat(`id` ORDER BY `id` SEPARATOR ' ') FROM `accounts` GROUP BY lower(trim(`email`)) HAVING count(*) > 1
    UNION SELECT group_concat(`id` ORDER BY `id` SEPARATOR ' ') FROM `accounts` GROUP BY trim(`phone`) HAVING count(*) > 1) AS `same`;
  IF found IS NOT NULL THEN
    SET found = left(concat('These accounts are one by their username, email or phone: ', found), 500);
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = found;
  END IF;
END;--> statement-breakpoint
UPDATE `accounts` SET `username` = lower(trim(`username`)), `email` = lower(trim(`email`)), `phone` = trim(`phone`);--> statement-breakpoint
ALTER TABLE `accounts` MODIFY COLUMN `username` varchar(32) character set ascii collate ascii_bin NOT NULL;--> statement-breakpoint
ALTER TABLE `accounts` MODIFY COLUMN `email` varchar(254) character set ascii collate ascii_bin NOT NULL;--> statement-breakpoint
ALTER TABLE `accounts` MODIFY COLUMN `phone` varchar(16) character set ascii collate ascii_bin NOT NULL;