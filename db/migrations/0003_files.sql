CREATE TABLE `files` (
	`id` uuid NOT NULL,
	`owner_id` uuid NOT NULL,
	`purpose` enum('order_attachment','message_attachment','vehicle_photo','operator_document') NOT NULL,
	`class` enum('public','private','sensitive') NOT NULL,
	`state` enum('pending','ready') NOT NULL DEFAULT 'pending',
	`key` varchar(32) character set ascii collate ascii_bin NOT NULL,
	`type` varchar(100) character set ascii collate ascii_bin NOT NULL,
	`bytes` bigint unsigned,
	`sha256` varchar(64) character set ascii collate ascii_bin,
	`created_at` datetime(3) NOT NULL,
	`attached_at` datetime(3),
	`deleted_at` datetime(3),
	CONSTRAINT `files_id` PRIMARY KEY(`id`),
	CONSTRAINT `files_key` UNIQUE(`key`)
);
--> statement-breakpoint
ALTER TABLE `files` ADD CONSTRAINT `files_owner_id_accounts_id_fk` FOREIGN KEY (`owner_id`) REFERENCES `accounts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `files_owner` ON `files` (`owner_id`,`id`);--> statement-breakpoint
CREATE INDEX `files_orphans` ON `files` (`state`,`created_at`);--> statement-breakpoint
CREATE INDEX `files_deleted` ON `files` (`deleted_at`);