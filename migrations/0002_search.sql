-- Names and pinyin initials are searched by how they begin. The pattern classes compare bytes, which is leakproof:
-- row-level security lets such an index be used.
create index building_name on building (name text_pattern_ops);
create index building_initials on building (initials text_pattern_ops);
create index organisation_name on organisation (name text_pattern_ops);
create index organisation_initials on organisation (initials text_pattern_ops);
create index road_name on road (name text_pattern_ops);
create index road_initials on road (initials text_pattern_ops);
create index person_name on person (name text_pattern_ops);
create index person_initials on person (initials text_pattern_ops);
