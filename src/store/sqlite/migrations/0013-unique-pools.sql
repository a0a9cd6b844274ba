-- The address_key, in rows that no other address group has: an address is imported once, whatever the network. Null in
-- what earlier versions have imported for a second group.
ALTER TABLE address_pool ADD COLUMN unique_key TEXT CHECK (unique_key = address_key);
-- The trigger refuses changes of what is used; it is the same afterwards.
DROP TRIGGER address_pool_is_used_once;
UPDATE address_pool SET unique_key = address_key WHERE NOT EXISTS (
  SELECT 1 FROM address_pool o
  WHERE o.address_key = address_pool.address_key AND o.address_tag = address_pool.address_tag AND o.seq < address_pool.seq);
CREATE TRIGGER address_pool_is_used_once BEFORE UPDATE ON address_pool
  WHEN old.account_id IS NOT NULL OR new.address_group <> old.address_group OR new.address_key <> old.address_key
    OR new.address_tag <> old.address_tag OR new.address <> old.address
  BEGIN SELECT RAISE(ABORT, 'an address is given to one account, once'); END;
CREATE UNIQUE INDEX address_pool_unique ON address_pool (unique_key, address_tag) WHERE unique_key IS NOT NULL;
CREATE TRIGGER address_pool_keeps_its_key BEFORE UPDATE OF unique_key ON address_pool
  WHEN new.unique_key IS NOT old.unique_key
  BEGIN SELECT RAISE(ABORT, 'an address is given to one account, once'); END;
CREATE TRIGGER address_pool_is_not_replaced_elsewhere BEFORE INSERT ON address_pool
  WHEN EXISTS (SELECT 1 FROM address_pool WHERE unique_key = new.unique_key AND address_tag = new.address_tag)
  BEGIN SELECT RAISE(ABORT, 'an imported address is never replaced'); END;
