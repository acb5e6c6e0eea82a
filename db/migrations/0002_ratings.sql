UPDATE `operators` SET `rating_points` = round(`rating` * 2 * `review_count`) WHERE `rating` IS NOT NULL;--> statement-breakpoint
ALTER TABLE `operators` DROP COLUMN `rating`;
