-- DuckDB only. The norm_name of the name maps: a name in lower case, trimmed, without the number that distinguishes
-- artists of the same name, and with white space collapsed.

-- White space as defined by Python's str.strip, which includes more characters than \s in regular expressions.
CREATE OR REPLACE TEMP MACRO white_space() AS
  '[\x{9}-\x{d}\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]+';

CREATE OR REPLACE TEMP MACRO trimmed(text) AS
  regexp_replace(text, '^' || white_space() || '|' || white_space() || '$', '', 'g');

CREATE OR REPLACE TEMP MACRO normalised(name) AS
  trim(regexp_replace(regexp_replace(trimmed(lower(name)), '\([0-9]+\)$', ''), white_space(), ' ', 'g'));
