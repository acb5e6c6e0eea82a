CREATE TABLE `accounts` (
	`id` uuid NOT NULL,
	`role` enum('customer','driver','company','admin') NOT NULL,
	`state` enum('pending','active','suspended') NOT NULL,
	`is_operator` boolean GENERATED ALWAYS AS ((role in ('driver', 'company'))) STORED,
	`username` varchar(32) NOT NULL,
	`email` varchar(254) NOT NULL,
	`phone` varchar(16) NOT NULL,
	`display_name` varchar(40) NOT NULL,
	`password_hash` varchar(255) NOT NULL,
	`created_at` datetime(3) NOT NULL,
	CONSTRAINT `accounts_id` PRIMARY KEY(`id`),
	CONSTRAINT `accounts_username` UNIQUE(`username`),
	CONSTRAINT `accounts_email` UNIQUE(`email`),
	CONSTRAINT `accounts_phone` UNIQUE(`phone`)
);
--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`account_id` uuid NOT NULL,
	`key` varchar(64) character set ascii collate ascii_bin NOT NULL,
	`fingerprint` varchar(43) character set ascii collate ascii_bin NOT NULL,
	`resource_id` uuid NOT NULL,
	`created_at` datetime(3) NOT NULL,
	CONSTRAINT `idempotency_keys_account_id_key_pk` PRIMARY KEY(`account_id`,`key`)
);
--> statement-breakpoint
CREATE TABLE `operators` (
	`account_id` uuid NOT NULL,
	`introduction` text NOT NULL,
	`service_area` varchar(100) NOT NULL,
	`business_number` varchar(10),
	`address` varchar(200),
	`fleet_size` smallint unsigned,
	`rating` decimal(2,1),
	`review_count` int unsigned NOT NULL DEFAULT 0,
	CONSTRAINT `operators_account_id` PRIMARY KEY(`account_id`)
);
--> statement-breakpoint
CREATE TABLE `order_stops` (
	`order_id` uuid NOT NULL,
	`position` tinyint unsigned NOT NULL,
	`name` varchar(60) NOT NULL,
	`address` varchar(200) NOT NULL,
	`latitude` double,
	`longitude` double,
	CONSTRAINT `order_stops_order_id_position_pk` PRIMARY KEY(`order_id`,`position`)
);
--> statement-breakpoint
CREATE TABLE `orders` (
	`id` uuid NOT NULL,
	`customer_id` uuid NOT NULL,
	`state` enum('open','selected','paid','completed','cancelled','expired') NOT NULL,
	`version` int unsigned NOT NULL DEFAULT 1,
	`kind` enum('one_way','round_trip','shuttle') NOT NULL,
	`purpose` enum('tour','school','wedding','company','sports','religion','airport','other') NOT NULL,
	`departure_at` datetime(3) NOT NULL,
	`return_at` datetime(3),
	`weekdays` json,
	`term_ends_on` date,
	`passengers` smallint unsigned NOT NULL,
	`buses` smallint unsigned NOT NULL,
	`amenities` json NOT NULL,
	`driver_stays` boolean NOT NULL,
	`driver_schedule` varchar(500),
	`remarks` varchar(1000),
	`distance_km` int unsigned,
	`selected_quote_id` uuid,
	`placed_at` datetime(3) NOT NULL,
	`selected_at` datetime(3),
	`paid_at` datetime(3),
	`completed_at` datetime(3),
	`cancelled_at` datetime(3),
	`expired_at` datetime(3),
	CONSTRAINT `orders_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `quotes` (
	`id` uuid NOT NULL,
	`order_id` uuid NOT NULL,
	`operator_id` uuid NOT NULL,
	`state` enum('submitted','withdrawn','selected','declined') NOT NULL,
	`total_price` int unsigned NOT NULL,
	`price_per_bus` int unsigned NOT NULL,
	`buses` smallint unsigned NOT NULL,
	`bus_type` enum('minibus_25','standard_45','premium_28','limousine_31','double_decker') NOT NULL,
	`includes` json NOT NULL,
	`message` varchar(1000) NOT NULL,
	`submitted_at` datetime(3) NOT NULL,
	`decided_at` datetime(3),
	CONSTRAINT `quotes_id` PRIMARY KEY(`id`),
	CONSTRAINT `quotes_order_operator` UNIQUE(`order_id`,`operator_id`)
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`room_id` uuid NOT NULL,
	`seq` bigint unsigned NOT NULL,
	`sender_id` uuid NOT NULL,
	`client_id` varchar(64) character set ascii collate ascii_bin NOT NULL,
	`kind` enum('text','system','edit','deletion') NOT NULL DEFAULT 'text',
	`body` text NOT NULL,
	`body_hash` varchar(64) character set ascii collate ascii_bin,
	`target_seq` bigint unsigned,
	`sent_at` datetime(3) NOT NULL,
	`edited_at` datetime(3),
	`deleted_at` datetime(3),
	CONSTRAINT `messages_room_id_seq_pk` PRIMARY KEY(`room_id`,`seq`),
	CONSTRAINT `messages_client_id` UNIQUE(`room_id`,`sender_id`,`client_id`)
);
--> statement-breakpoint
CREATE TABLE `room_members` (
	`room_id` uuid NOT NULL,
	`account_id` uuid NOT NULL,
	`read_seq` bigint unsigned NOT NULL DEFAULT 0,
	`active_at` datetime(3) NOT NULL,
	`joined_at` datetime(3) NOT NULL,
	`muted` boolean NOT NULL DEFAULT false,
	CONSTRAINT `room_members_room_id_account_id_pk` PRIMARY KEY(`room_id`,`account_id`)
);
--> statement-breakpoint
CREATE TABLE `rooms` (
	`id` uuid NOT NULL,
	`order_id` uuid,
	`last_seq` bigint unsigned NOT NULL DEFAULT 0,
	`created_at` datetime(3) NOT NULL,
	CONSTRAINT `rooms_id` PRIMARY KEY(`id`),
	CONSTRAINT `rooms_order` UNIQUE(`order_id`)
);
--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`hash` varchar(43) character set ascii collate ascii_bin NOT NULL,
	`session_id` uuid NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`used_at` datetime(3),
	CONSTRAINT `refresh_tokens_hash` PRIMARY KEY(`hash`)
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` uuid NOT NULL,
	`account_id` uuid NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`ended_at` datetime(3),
	CONSTRAINT `sessions_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
ALTER TABLE `idempotency_keys` ADD CONSTRAINT `idempotency_keys_account_id_accounts_id_fk` FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `operators` ADD CONSTRAINT `operators_account_id_accounts_id_fk` FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `order_stops` ADD CONSTRAINT `order_stops_order_id_orders_id_fk` FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `orders` ADD CONSTRAINT `orders_customer_id_accounts_id_fk` FOREIGN KEY (`customer_id`) REFERENCES `accounts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `quotes` ADD CONSTRAINT `quotes_order_id_orders_id_fk` FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `quotes` ADD CONSTRAINT `quotes_operator_id_accounts_id_fk` FOREIGN KEY (`operator_id`) REFERENCES `accounts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `messages` ADD CONSTRAINT `messages_room_id_rooms_id_fk` FOREIGN KEY (`room_id`) REFERENCES `rooms`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `messages` ADD CONSTRAINT `messages_sender_id_accounts_id_fk` FOREIGN KEY (`sender_id`) REFERENCES `accounts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `room_members` ADD CONSTRAINT `room_members_room_id_rooms_id_fk` FOREIGN KEY (`room_id`) REFERENCES `rooms`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `room_members` ADD CONSTRAINT `room_members_account_id_accounts_id_fk` FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `rooms` ADD CONSTRAINT `rooms_order_id_orders_id_fk` FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `refresh_tokens` ADD CONSTRAINT `refresh_tokens_session_id_sessions_id_fk` FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `sessions` ADD CONSTRAINT `sessions_account_id_accounts_id_fk` FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `accounts_operators` ON `accounts` (`is_operator`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `idempotency_keys_created` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE INDEX `orders_customer` ON `orders` (`customer_id`,`id`);--> statement-breakpoint
CREATE INDEX `orders_state` ON `orders` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `orders_departure` ON `orders` (`state`,`departure_at`);--> statement-breakpoint
CREATE INDEX `quotes_order` ON `quotes` (`order_id`,`id`);--> statement-breakpoint
CREATE INDEX `quotes_operator` ON `quotes` (`operator_id`,`id`);--> statement-breakpoint
CREATE INDEX `room_members_account` ON `room_members` (`account_id`,`active_at`,`room_id`);--> statement-breakpoint
CREATE INDEX `refresh_tokens_session` ON `refresh_tokens` (`session_id`);--> statement-breakpoint
CREATE INDEX `refresh_tokens_expires` ON `refresh_tokens` (`expires_at`);--> statement-breakpoint
CREATE INDEX `sessions_account` ON `sessions` (`account_id`);--> statement-breakpoint
CREATE INDEX `sessions_ended` ON `sessions` (`ended_at`);