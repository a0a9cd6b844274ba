-- Open withdrawals leave the index, so that accepting one does not write it; a search reads the open ones themselves.
DROP INDEX withdrawals_by_address;
CREATE INDEX withdrawals_by_address ON withdrawals (seq >> 12, substr(address, length(address) - 4))
  WHERE settled_at IS NOT NULL;
