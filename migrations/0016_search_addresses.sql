-- Addresses are searched by how they begin, as names are.
create index building_address on building (address text_pattern_ops);
create index organisation_address on organisation (address text_pattern_ops);
