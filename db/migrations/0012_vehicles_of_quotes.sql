ALTER TABLE `quotes` ADD `vehicle_id` uuid;--> statement-breakpoint
ALTER TABLE `vehicles` ADD `is_kept` boolean GENERATED ALWAYS AS ((state <> 'removed')) STORED;--> statement-breakpoint
CREATE INDEX `documents_operator_state` ON `documents` (`operator_id`,`state`,`expires_on`);--> statement-breakpoint
CREATE INDEX `vehicles_kept` ON `vehicles` (`operator_id`,`is_kept`,`id`);