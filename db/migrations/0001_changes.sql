CREATE TABLE `audit` (
	`id` uuid NOT NULL,
	`actor_kind` enum('account','visitor','job','webhook','console') NOT NULL,
	`actor_id` uuid,
	`actor_name` varchar(128),
	`action` varchar(64) character set ascii collate ascii_bin NOT NULL,
	`subject_kind` varchar(32) character set ascii collate ascii_bin NOT NULL,
	`subject_id` uuid NOT NULL,
	`address` varchar(45) character set ascii collate ascii_bin,
	`request_id` varchar(64) character set ascii collate ascii_bin,
	`at` datetime(3) NOT NULL,
	`details` json,
	CONSTRAINT `audit_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `jobs` (
	`name` varchar(64) character set ascii collate ascii_bin NOT NULL,
	`due_at` datetime(3) NOT NULL,
	`locked_until` datetime(3) NOT NULL,
	`locked_by` varchar(36) character set ascii collate ascii_bin,
	`started_at` datetime(3),
	`ended_at` datetime(3),
	`outcome` enum('done','failed'),
	`note` varchar(500),
	`runs` int unsigned NOT NULL DEFAULT 0,
	CONSTRAINT `jobs_name` PRIMARY KEY(`name`)
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`event_id` uuid NOT NULL,
	`channel` enum('account','room') NOT NULL,
	`target` uuid NOT NULL,
	`event` json NOT NULL,
	`sender_id` uuid NOT NULL,
	`happened_at` datetime(3) NOT NULL,
	`due_at` datetime(3) NOT NULL,
	`attempts` smallint unsigned NOT NULL DEFAULT 0,
	CONSTRAINT `outbox_event_id_channel_target_pk` PRIMARY KEY(`event_id`,`channel`,`target`)
);
--> statement-breakpoint
ALTER TABLE `accounts` MODIFY COLUMN `role` enum('customer','driver','company','admin','system') NOT NULL;--> statement-breakpoint
ALTER TABLE `quotes` MODIFY COLUMN `state` enum('submitted','withdrawn','selected','declined','expired') NOT NULL;--> statement-breakpoint
ALTER TABLE `operators` ADD `rating_points` int unsigned DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `audit_actor` ON `audit` (`actor_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_subject` ON `audit` (`subject_kind`,`subject_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_action` ON `audit` (`action`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_due` ON `jobs` (`due_at`);--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`due_at`);--> statement-breakpoint
-- The product's own account, in whose name it speaks in rooms (schema/ids.ts). No password fits it, and it is no one's to see.
INSERT INTO `accounts` (`id`, `role`, `state`, `username`, `email`, `phone`, `display_name`, `password_hash`, `created_at`)
VALUES ('00000000-0000-7000-8000-000000000000', 'system', 'suspended', 'kingbus.system', 'system@kingbus.invalid', '+82', 'KingBus', 'none', '2026-01-01 00:00:00.000');
