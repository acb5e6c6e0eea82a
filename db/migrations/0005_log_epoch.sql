CREATE TABLE `log_epoch` (
	`singleton` tinyint NOT NULL,
	`epoch` uuid NOT NULL,
	`begun_at` datetime(3) NOT NULL,
	CONSTRAINT `log_epoch_singleton` PRIMARY KEY(`singleton`)
);
--> statement-breakpoint
INSERT INTO `log_epoch` (`singleton`, `epoch`, `begun_at`) VALUES (1, uuid(), utc_timestamp(3));
