-- The address_key, in rows that no other address group has: an address is imported once, whatever the network. Null in
-- what earlier versions have imported for a second group.
ALTER TABLE address_pool ADD COLUMN unique_key text COLLATE "C" CHECK (unique_key = address_key);
-- The trigger refuses changes of what is used; it is the same afterwards.
DROP TRIGGER address_pool_is_used_once ON address_pool;
UPDATE address_pool SET unique_key = address_key WHERE NOT EXISTS (
  SELECT 1 FROM address_pool o
  WHERE o.address_key = address_pool.address_key AND o.address_tag = address_pool.address_tag AND o.seq < address_pool.seq);
CREATE TRIGGER address_pool_is_used_once BEFORE UPDATE ON address_pool FOR EACH ROW
  WHEN (old.account_id IS NOT NULL OR new.address_group <> old.address_group OR new.address_key <> old.address_key
    OR new.address_tag <> old.address_tag OR new.address <> old.address)
  EXECUTE FUNCTION refuse_other_use();
CREATE UNIQUE INDEX address_pool_unique ON address_pool (unique_key, address_tag) WHERE unique_key IS NOT NULL;
CREATE TRIGGER address_pool_keeps_its_key BEFORE UPDATE OF unique_key ON address_pool FOR EACH ROW
  WHEN (new.unique_key IS DISTINCT FROM old.unique_key)
  EXECUTE FUNCTION refuse_other_use();
