CREATE INDEX `orders_customer_state` ON `orders` (`customer_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `orders_kind` ON `orders` (`state`,`kind`,`id`);--> statement-breakpoint
CREATE INDEX `orders_kind_departure` ON `orders` (`state`,`kind`,`departure_at`,`id`);--> statement-breakpoint
CREATE INDEX `quotes_order_price` ON `quotes` (`order_id`,`total_price`,`id`);--> statement-breakpoint
CREATE INDEX `quotes_operator_state` ON `quotes` (`operator_id`,`state`,`id`);