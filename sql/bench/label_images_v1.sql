-- No images, as in the dumps of today.
SELECT 0 AS label_id, 0 AS image_no WHERE FALSE
