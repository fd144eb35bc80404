//! The rules, one in each file.

mod ts_001_title;
mod ts_002_description;
mod ts_003_criteria;
mod ts_004_outcome;
mod ts_005_assessment;
mod ts_006_workload;
mod ts_007_issuer;
mod ts_008_award;
mod ts_009_quality;
mod ts_010_participation;
mod ts_011_level;
mod ts_012_alignment;
mod ts_013_evidence;
mod ts_014_levels_exist;
mod ts_015_levels_described;
mod ts_016_assessor;
mod ts_017_expiry;
mod ts_018_endorsed;
mod ts_019_image;
mod ts_020_more;
mod ts_021_knowledge;
mod ts_022_machine_mapping;

use super::Rule;

/// All rules, by their numbers.
pub const RULES: [&Rule; 22] = [
    &ts_001_title::RULE,
    &ts_002_description::RULE,
    &ts_003_criteria::RULE,
    &ts_004_outcome::RULE,
    &ts_005_assessment::RULE,
    &ts_006_workload::RULE,
    &ts_007_issuer::RULE,
    &ts_008_award::RULE,
    &ts_009_quality::RULE,
    &ts_010_participation::RULE,
    &ts_011_level::RULE,
    &ts_012_alignment::RULE,
    &ts_013_evidence::RULE,
    &ts_014_levels_exist::RULE,
    &ts_015_levels_described::RULE,
    &ts_016_assessor::RULE,
    &ts_017_expiry::RULE,
    &ts_018_endorsed::RULE,
    &ts_019_image::RULE,
    &ts_020_more::RULE,
    &ts_021_knowledge::RULE,
    &ts_022_machine_mapping::RULE,
];
