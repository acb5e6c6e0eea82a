ALTER TABLE `operators` MODIFY COLUMN `affiliation` enum('none','requested','accepted') DEFAULT 'none';--> statement-breakpoint
UPDATE `operators` SET `affiliation` = 'none' WHERE `affiliation` IS NULL;--> statement-breakpoint
ALTER TABLE `operators` MODIFY COLUMN `affiliation` enum('none','requested','accepted') NOT NULL DEFAULT 'none';--> statement-breakpoint
ALTER TABLE `operator_regions` ADD `score` smallint unsigned DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `operators` ADD `score` smallint unsigned GENERATED ALWAYS AS ((if(review_count = 0, 0, round(rating_points * 1000 / review_count)))) STORED;--> statement-breakpoint
ALTER TABLE `quotes` ADD `carrier_id` uuid;--> statement-breakpoint
ALTER TABLE `quotes` ADD CONSTRAINT `quotes_carrier_id_accounts_id_fk` FOREIGN KEY (`carrier_id`) REFERENCES `accounts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `accounts_role` ON `accounts` (`role`,`id`);--> statement-breakpoint
CREATE INDEX `accounts_state` ON `accounts` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `accounts_role_state` ON `accounts` (`role`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `operator_regions_score` ON `operator_regions` (`region`,`score`,`account_id`);--> statement-breakpoint
CREATE INDEX `operators_score` ON `operators` (`score`,`account_id`);--> statement-breakpoint
CREATE INDEX `quotes_carrier_state` ON `quotes` (`carrier_id`,`state`,`id`);