-- The held-out flights (day number since 1970-01-01 modulo 5 is 0 or 1), cut into four shards by date.
-- Run with DuckDB 1.4.1 in a folder that holds flights-3m.parquet (npm vega-datasets 3.2.1, data/) and an empty folder shards.
SET threads = 1;
SET preserve_insertion_order = true;
CREATE VIEW heldout AS
  SELECT date, delay, distance, origin, destination FROM 'flights-3m.parquet'
  WHERE (date::DATE - DATE '1970-01-01') % 5 < 2;
COPY (FROM heldout WHERE date <  '2001-02-15' ORDER BY date, origin, destination, distance, delay)
  TO 'shards/flights-0.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, ROW_GROUP_SIZE 53248);
COPY (FROM heldout WHERE date >= '2001-02-15' AND date < '2001-04-01' ORDER BY date, origin, destination, distance, delay)
  TO 'shards/flights-1.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, ROW_GROUP_SIZE 53248);
COPY (FROM heldout WHERE date >= '2001-04-01' AND date < '2001-05-16' ORDER BY date, origin, destination, distance, delay)
  TO 'shards/flights-2.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, ROW_GROUP_SIZE 53248);
COPY (FROM heldout WHERE date >= '2001-05-16' ORDER BY date, origin, destination, distance, delay)
  TO 'shards/flights-3.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, ROW_GROUP_SIZE 53248);
