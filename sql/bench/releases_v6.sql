-- Releases with one or two artists and labels, a genre and up to two styles each; few labels have most of them.
SELECT
  i AS release_id,
  i // 8 AS master_id,
  'Title ' || i AS title,
  ['Germany', 'US', 'UK', 'Japan', 'Sweden', 'France', 'Italy'][1 + i % 7] AS country,
  ['Vinyl', 'CD', 'Cassette', 'File', 'Vinyl, CD'][1 + i % 5] AS formats,
  (1950 + i % 75)::VARCHAR || '-01-01' AS released,
  1950 + i % 75 AS released_year,
  1 AS released_month,
  1 AS released_day,
  i % 8 = 0 AS is_main_release,
  [
    {artist_id: j, name: 'Artist ' || j, anv: NULL::VARCHAR, join_text: NULL::VARCHAR}
    FOR j IN range(1 + i % (getvariable('releases') // 2), 2 + i % (getvariable('releases') // 2) + i % 2)
  ] AS artist_refs,
  [
    {label_id: j, name: 'Label ' || j, catno: 'CAT ' || i}
    FOR j IN range(1 + (i * i) % (1 + i % (getvariable('releases') // 8)), 2 + (i * i) % (1 + i % (getvariable('releases') // 8)) + i % 2)
  ] AS label_refs,
  [['Electronic', 'Rock', 'Jazz', 'Funk / Soul', 'Folk, World, & Country'][1 + i % 5]] AS genre_list,
  ['Style ' || (i % 300), 'Style ' || (i % 211)][1 : i % 3] AS style_list
FROM range(1, getvariable('releases') + 1) AS numbers(i)
