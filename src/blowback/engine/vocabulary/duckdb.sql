-- The vocabulary on DuckDB: words whose spelling or meaning differs between engines. One macro a word
-- (epoch_us is DuckDB's own). Arithmetic on times is exact, in whole microseconds.
CREATE OR REPLACE MACRO ratio(a, b) AS CASE WHEN b = 0 OR b IS NULL OR a IS NULL THEN NULL ELSE CAST(a AS DOUBLE) / CAST(b AS DOUBLE) END;
CREATE OR REPLACE MACRO epoch_s(t) AS (epoch_us(t) - (epoch_us(t) % 1000000 + 1000000) % 1000000) // 1000000;
CREATE OR REPLACE MACRO seconds(n) AS to_microseconds(CAST(round(CAST(n AS DOUBLE) * 1000000) AS BIGINT));
CREATE OR REPLACE MACRO gap_s(a, b) AS CAST(epoch_us(b) - epoch_us(a) AS DOUBLE) / CAST(1000000 AS DOUBLE);
CREATE OR REPLACE MACRO width_us(n) AS nullif(greatest(CAST(round(CAST(n AS DOUBLE) * 1000000) AS BIGINT), 0), 0);
CREATE OR REPLACE MACRO bucket_s(t, n) AS (epoch_us(t) - (epoch_us(t) % width_us(n) + width_us(n)) % width_us(n)) // width_us(n);
CREATE OR REPLACE MACRO hour_of(t) AS CAST(extract('hour' FROM t) AS BIGINT);
CREATE OR REPLACE MACRO weekday_of(t) AS CAST(extract('isodow' FROM t) AS BIGINT);
CREATE OR REPLACE MACRO day_of(t) AS CAST(date_trunc('day', t) AS TIMESTAMP);
CREATE OR REPLACE MACRO text_length(x) AS CAST(length(x) AS BIGINT);
CREATE OR REPLACE MACRO starts_with_text(x, y) AS starts_with(x, y);
CREATE OR REPLACE MACRO is_blank(x) AS x IS NULL OR trim(x) = '';
CREATE OR REPLACE MACRO clamp(x, low, high) AS CASE WHEN x IS NULL OR low IS NULL OR high IS NULL THEN NULL ELSE least(greatest(CAST(x AS DOUBLE), CAST(low AS DOUBLE)), CAST(high AS DOUBLE)) END;
