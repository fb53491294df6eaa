/* The Chinese words for the codes of the API. A code without a word here is shown by the API's own message. */

/** How an answer was made; the whole label comes with the answer. */
export const GENERATORS = {
  rules: "规则生成",
  llm: "人工智能生成",
};

/** The steps of the pipeline, in order. */
export const STEPS = {
  understand: "理解问题",
  retrieve: "查找条款",
  match: "核对条件",
  calculate: "计算金额",
  compose: "组织回答",
  verify: "核对出处",
};

/** Badge and tone of each warning; its message comes with the answer. */
export const WARNINGS = {
  expired: ["已到期", "bad"],
  not_yet_effective: ["尚未施行", "bad"],
  effective_date_unknown: ["施行日不详", "warn"],
  draft: ["征求意见稿", "bad"],
  reply_letter: ["复函", "bad"],
  jurisdiction: ["地区不同", "bad"],
  digits_lost: ["数字丢失", "bad"],
  not_stated: ["原文未载", "warn"],
  upper_bound: ["只是上限", "warn"],
  target_not_benefit: ["工作目标", "warn"],
  repayable: ["须归还", "bad"],
  not_the_applicant: ["对象不同", "bad"],
  source_typo: ["原文疑误", "warn"],
  unreviewed: ["未经复核", "warn"],
  reading_dependent: ["口径不一", "warn"],
  injection: ["指令未执行", "warn"],
};

export const STATUSES = {
  in_force: ["现行", "good"],
  not_yet_effective: ["尚未施行", "bad"],
  effective_date_unknown: ["施行日不详", "warn"],
  expired: ["已到期", "bad"],
  draft: ["征求意见稿", "bad"],
  reply_letter: ["复函", "warn"],
  repealed: ["已废止", "bad"],
};

export const AMOUNT_KINDS = {
  exact: ["金额", "good"],
  upper_bound: ["上限", "red"],
  lower_bound: ["下限", "warn"],
  zero: ["为零", "plain"],
  rate: ["比例", "good"],
  allocation: ["分担", "plain"],
  threshold: ["临界值", "plain"],
  undetermined: ["不能确定", "warn"],
};

export const VERDICTS = {
  applies: ["适用", "good"],
  may_apply: ["待确认", "warn"],
  does_not_apply: ["不适用", "bad"],
};

/** Mark and spoken word of one condition. */
export const RESULTS = {
  met: ["✓", "符合"],
  unmet: ["✗", "不符合"],
  unknown: ["?", "待确认"],
};

export const BEHAVIOURS = {
  answer: "结论",
  clarify: "还差一点信息",
  refuse: "无法回答",
};

export const DAMAGE = {
  digits_lost: "数字丢失",
  broken_text: "文字断裂",
  bad_character: "字符损坏",
  misprint: "原文疑误",
};
