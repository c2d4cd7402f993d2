-- No images, as in current dumps.
SELECT 0 AS artist_id, 0 AS image_no WHERE FALSE
