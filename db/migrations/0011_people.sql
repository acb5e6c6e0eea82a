CREATE TABLE `closed_accounts` (
	`account_id` uuid NOT NULL,
	`kept` json NOT NULL,
	`closed_at` datetime(3) NOT NULL,
	`kept_until` datetime(3) NOT NULL,
	CONSTRAINT `closed_accounts_account_id` PRIMARY KEY(`account_id`)
);
--> statement-breakpoint
CREATE TABLE `consents` (
	`account_id` uuid NOT NULL,
	`kind` enum('terms','privacy','marketing') NOT NULL,
	`version` varchar(16) character set ascii collate ascii_bin NOT NULL,
	`given_at` datetime(3) NOT NULL,
	`withdrawn_at` datetime(3),
	CONSTRAINT `consents_account_id_kind_version_pk` PRIMARY KEY(`account_id`,`kind`,`version`)
);
--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` uuid NOT NULL,
	`account_id` uuid NOT NULL,
	`name` varchar(60) NOT NULL,
	`hash` varchar(43) character set ascii collate ascii_bin NOT NULL,
	`hint` varchar(8) character set ascii collate ascii_bin NOT NULL,
	`scopes` json NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`expires_at` datetime(3),
	`last_used_at` datetime(3),
	`last_used_from` varchar(45) character set ascii collate ascii_bin,
	`revoked_at` datetime(3),
	CONSTRAINT `api_keys_id` PRIMARY KEY(`id`),
	CONSTRAINT `api_keys_hash` UNIQUE(`hash`)
);
--> statement-breakpoint
CREATE TABLE `codes` (
	`id` uuid NOT NULL,
	`purpose` enum('register','find_username','reset_password','change') NOT NULL,
	`channel` enum('email','sms') NOT NULL,
	`target_hash` varchar(43) character set ascii collate ascii_bin NOT NULL,
	`code_hash` varchar(43) character set ascii collate ascii_bin NOT NULL,
	`account_id` uuid,
	`tries` tinyint unsigned NOT NULL DEFAULT 0,
	`created_at` datetime(3) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`used_at` datetime(3),
	CONSTRAINT `codes_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `documents` (
	`id` uuid NOT NULL,
	`operator_id` uuid NOT NULL,
	`kind` enum('driver_licence','business_registration','transport_registration','mutual_aid_certificate') NOT NULL,
	`state` enum('requested','approved','refused','revoked','replaced','removed') NOT NULL,
	`file_id` uuid,
	`vehicle_id` uuid,
	`expires_on` date,
	`created_at` datetime(3) NOT NULL,
	`decided_at` datetime(3),
	`decided_by` uuid,
	`decision_reason` varchar(500),
	`reminded_days` smallint,
	`version` int unsigned NOT NULL DEFAULT 1,
	CONSTRAINT `documents_id` PRIMARY KEY(`id`),
	CONSTRAINT `documents_file` UNIQUE(`file_id`)
);
--> statement-breakpoint
CREATE TABLE `operator_regions` (
	`account_id` uuid NOT NULL,
	`region` varchar(2) character set ascii collate ascii_bin NOT NULL,
	`score` smallint unsigned NOT NULL DEFAULT 0,
	CONSTRAINT `operator_regions_account_id_region_pk` PRIMARY KEY(`account_id`,`region`)
);
--> statement-breakpoint
CREATE TABLE `dev_notices` (
	`id` uuid NOT NULL,
	`channel` enum('email','sms') NOT NULL,
	`address` varchar(254) character set ascii collate ascii_bin NOT NULL,
	`subject` varchar(200) NOT NULL,
	`body` text NOT NULL,
	`sent_at` datetime(3) NOT NULL,
	CONSTRAINT `dev_notices_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `vehicle_photos` (
	`vehicle_id` uuid NOT NULL,
	`position` tinyint unsigned NOT NULL,
	`file_id` uuid NOT NULL,
	CONSTRAINT `vehicle_photos_vehicle_id_position_pk` PRIMARY KEY(`vehicle_id`,`position`),
	CONSTRAINT `vehicle_photos_file` UNIQUE(`file_id`)
);
--> statement-breakpoint
CREATE TABLE `vehicles` (
	`id` uuid NOT NULL,
	`operator_id` uuid NOT NULL,
	`state` enum('draft','requested','verified','refused','removed') NOT NULL,
	`plate` varchar(16) NOT NULL,
	`taken_plate` varchar(16) GENERATED ALWAYS AS ((if(state in ('requested', 'verified'), plate, null))) STORED,
	`is_kept` boolean GENERATED ALWAYS AS ((state <> 'removed')) STORED,
	`bus_type` enum('minibus_25','standard_45','premium_28','limousine_31','double_decker') NOT NULL,
	`model` varchar(60) NOT NULL,
	`seats` smallint unsigned NOT NULL,
	`year` smallint unsigned NOT NULL,
	`amenities` json NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`requested_at` datetime(3),
	`decided_at` datetime(3),
	`decision_reason` varchar(500),
	`version` int unsigned NOT NULL DEFAULT 1,
	CONSTRAINT `vehicles_id` PRIMARY KEY(`id`),
	CONSTRAINT `vehicles_taken_plate` UNIQUE(`taken_plate`)
);
--> statement-breakpoint
ALTER TABLE `accounts` MODIFY COLUMN `state` enum('pending','active','suspended','closed') NOT NULL;--> statement-breakpoint
ALTER TABLE `accounts` MODIFY COLUMN `email` varchar(254) character set ascii collate ascii_bin;--> statement-breakpoint
ALTER TABLE `accounts` MODIFY COLUMN `phone` varchar(16) character set ascii collate ascii_bin;--> statement-breakpoint
ALTER TABLE `outbox` MODIFY COLUMN `channel` enum('account','room','email','sms') NOT NULL;--> statement-breakpoint
ALTER TABLE `messages` MODIFY COLUMN `kind` enum('text','system','edit','deletion','files') NOT NULL DEFAULT 'text';--> statement-breakpoint
ALTER TABLE `accounts` ADD `email_verified_at` datetime(3);--> statement-breakpoint
ALTER TABLE `accounts` ADD `phone_verified_at` datetime(3);--> statement-breakpoint
ALTER TABLE `accounts` ADD `language` enum('ko','en') DEFAULT 'ko' NOT NULL;--> statement-breakpoint
ALTER TABLE `accounts` ADD `decision_reason` varchar(500);--> statement-breakpoint
ALTER TABLE `accounts` ADD `closed_at` datetime(3);--> statement-breakpoint
ALTER TABLE `accounts` ADD `version` int unsigned DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `files` ADD `name` varchar(200);--> statement-breakpoint
ALTER TABLE `files` ADD `width` smallint unsigned;--> statement-breakpoint
ALTER TABLE `files` ADD `height` smallint unsigned;--> statement-breakpoint
ALTER TABLE `files` ADD `room_id` uuid;--> statement-breakpoint
ALTER TABLE `operators` ADD `score` smallint unsigned GENERATED ALWAYS AS ((if(review_count = 0, 0, round(rating_points * 1000 / review_count)))) STORED;--> statement-breakpoint
ALTER TABLE `operators` ADD `contact_phone` varchar(16) character set ascii collate ascii_bin;--> statement-breakpoint
ALTER TABLE `operators` ADD `video_link` varchar(500);--> statement-breakpoint
ALTER TABLE `operators` ADD `garage` varchar(200);--> statement-breakpoint
ALTER TABLE `operators` ADD `company_code` varchar(8) character set ascii collate ascii_bin;--> statement-breakpoint
ALTER TABLE `operators` ADD `registration_number` varchar(40);--> statement-breakpoint
ALTER TABLE `operators` ADD `carrier_id` uuid;--> statement-breakpoint
ALTER TABLE `operators` ADD `affiliation` enum('none','requested','accepted') DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE `operators` ADD `affiliated_at` datetime(3);--> statement-breakpoint
ALTER TABLE `operators` ADD `version` int unsigned DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `outbox` ADD `address` varchar(254) character set ascii collate ascii_bin;--> statement-breakpoint
ALTER TABLE `quotes` ADD `carrier_id` uuid;--> statement-breakpoint
ALTER TABLE `quotes` ADD `vehicle_id` uuid;--> statement-breakpoint
ALTER TABLE `sessions` ADD `device` varchar(200);--> statement-breakpoint
ALTER TABLE `sessions` ADD `address` varchar(45) character set ascii collate ascii_bin;--> statement-breakpoint
ALTER TABLE `sessions` ADD `last_used_at` datetime(3);--> statement-breakpoint
ALTER TABLE `operators` ADD CONSTRAINT `operators_company_code` UNIQUE(`company_code`);--> statement-breakpoint
ALTER TABLE `closed_accounts` ADD CONSTRAINT `closed_accounts_account_id_accounts_id_fk` FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `consents` ADD CONSTRAINT `consents_account_id_accounts_id_fk` FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `api_keys` ADD CONSTRAINT `api_keys_account_id_accounts_id_fk` FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `documents` ADD CONSTRAINT `documents_operator_id_accounts_id_fk` FOREIGN KEY (`operator_id`) REFERENCES `accounts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `documents` ADD CONSTRAINT `documents_file_id_files_id_fk` FOREIGN KEY (`file_id`) REFERENCES `files`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `documents` ADD CONSTRAINT `documents_vehicle_id_vehicles_id_fk` FOREIGN KEY (`vehicle_id`) REFERENCES `vehicles`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `operator_regions` ADD CONSTRAINT `operator_regions_account_id_accounts_id_fk` FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `vehicle_photos` ADD CONSTRAINT `vehicle_photos_vehicle_id_vehicles_id_fk` FOREIGN KEY (`vehicle_id`) REFERENCES `vehicles`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `vehicle_photos` ADD CONSTRAINT `vehicle_photos_file_id_files_id_fk` FOREIGN KEY (`file_id`) REFERENCES `files`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `vehicles` ADD CONSTRAINT `vehicles_operator_id_accounts_id_fk` FOREIGN KEY (`operator_id`) REFERENCES `accounts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `closed_accounts_kept` ON `closed_accounts` (`kept_until`);--> statement-breakpoint
CREATE INDEX `api_keys_account` ON `api_keys` (`account_id`,`id`);--> statement-breakpoint
CREATE INDEX `codes_target` ON `codes` (`target_hash`,`purpose`,`id`);--> statement-breakpoint
CREATE INDEX `codes_expires` ON `codes` (`expires_at`);--> statement-breakpoint
CREATE INDEX `documents_operator` ON `documents` (`operator_id`,`id`);--> statement-breakpoint
CREATE INDEX `documents_operator_state` ON `documents` (`operator_id`,`state`,`expires_on`);--> statement-breakpoint
CREATE INDEX `documents_state` ON `documents` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `documents_expiry` ON `documents` (`state`,`expires_on`);--> statement-breakpoint
CREATE INDEX `operator_regions_region` ON `operator_regions` (`region`,`account_id`);--> statement-breakpoint
CREATE INDEX `operator_regions_score` ON `operator_regions` (`region`,`score`,`account_id`);--> statement-breakpoint
CREATE INDEX `dev_notices_address` ON `dev_notices` (`address`,`id`);--> statement-breakpoint
CREATE INDEX `dev_notices_sent` ON `dev_notices` (`sent_at`);--> statement-breakpoint
CREATE INDEX `vehicles_operator` ON `vehicles` (`operator_id`,`id`);--> statement-breakpoint
CREATE INDEX `vehicles_kept` ON `vehicles` (`operator_id`,`is_kept`,`id`);--> statement-breakpoint
CREATE INDEX `vehicles_operator_state` ON `vehicles` (`operator_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `vehicles_state` ON `vehicles` (`state`,`id`);--> statement-breakpoint
ALTER TABLE `operators` ADD CONSTRAINT `operators_carrier_id_accounts_id_fk` FOREIGN KEY (`carrier_id`) REFERENCES `accounts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `quotes` ADD CONSTRAINT `quotes_carrier_id_accounts_id_fk` FOREIGN KEY (`carrier_id`) REFERENCES `accounts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `accounts_role` ON `accounts` (`role`,`id`);--> statement-breakpoint
CREATE INDEX `accounts_state` ON `accounts` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `accounts_role_state` ON `accounts` (`role`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `operators_carrier` ON `operators` (`carrier_id`,`affiliation`,`account_id`);--> statement-breakpoint
CREATE INDEX `operators_score` ON `operators` (`score`,`account_id`);--> statement-breakpoint
CREATE INDEX `outbox_channel_due` ON `outbox` (`channel`,`due_at`);--> statement-breakpoint
CREATE INDEX `quotes_carrier_state` ON `quotes` (`carrier_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `sessions_mine` ON `sessions` (`account_id`,`id`);