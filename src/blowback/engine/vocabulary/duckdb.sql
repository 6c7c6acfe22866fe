-- The vocabulary on DuckDB: words whose spelling or meaning differs between engines. One macro a word
-- (epoch_us is DuckDB's own).
CREATE OR REPLACE MACRO ratio(a, b) AS CASE WHEN b = 0 OR b IS NULL OR a IS NULL THEN NULL ELSE CAST(a AS DOUBLE) / CAST(b AS DOUBLE) END;
CREATE OR REPLACE MACRO epoch_s(t) AS CAST(floor(epoch_us(t) / 1000000.0) AS BIGINT);
CREATE OR REPLACE MACRO seconds(n) AS to_microseconds(CAST(round(n * 1000000) AS BIGINT));
CREATE OR REPLACE MACRO gap_s(a, b) AS CAST(epoch_us(b) - epoch_us(a) AS DOUBLE) / 1000000.0;
CREATE OR REPLACE MACRO bucket_s(t, n) AS CAST(floor(epoch_us(t) / (n * 1000000.0)) AS BIGINT);
CREATE OR REPLACE MACRO hour_of(t) AS CAST(extract('hour' FROM t) AS BIGINT);
CREATE OR REPLACE MACRO weekday_of(t) AS CAST(extract('isodow' FROM t) AS BIGINT);
CREATE OR REPLACE MACRO day_of(t) AS date_trunc('day', t);
CREATE OR REPLACE MACRO text_length(x) AS CAST(length(x) AS BIGINT);
CREATE OR REPLACE MACRO starts_with_text(x, y) AS starts_with(x, y);
CREATE OR REPLACE MACRO is_blank(x) AS x IS NULL OR trim(x) = '';
CREATE OR REPLACE MACRO clamp(x, low, high) AS least(greatest(x, low), high);
