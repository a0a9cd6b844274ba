-- Entries of address books by their address, for operators who search for one.
CREATE INDEX address_book_by_address ON address_book (address_key);
