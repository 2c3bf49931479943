//! What happened to people and operators of other products, and must not happen here.

mod alerts;
mod autocorrect;
mod database_path;
mod f01_answers;
mod f02_other_way;
mod f03_names;
mod f04_mails;
mod f05;
mod f20;
mod f33_where_posts_come_from;
mod f34_ports_in_forwarded;
mod f37_certificates;
mod f38_rewriting_proxies;
mod f39_wrong_host;
mod f40_hsts;
mod f41_own_network;
mod final_slash;
mod identifier_table;
mod identifiers;
mod link_tokens;
mod password_managers;
mod pooler;
mod revert_links;
mod tabs;
mod time_twice;
