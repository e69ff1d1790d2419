/** One row of docs/words.md: words that a reader stumbles over, and what to write. */
export interface Rule {
  /** As the table's last column names it. */
  readonly not: string;
  readonly write: string;
  readonly pattern: RegExp;
}

const rule = (not: string, write: string, pattern: RegExp): Rule => ({ not, write, pattern });

/**
 * The words that the check keeps out. Text in backticks is code and is not looked at. A word with a plain meaning beside
 * the wrong one is described by its neighbours: "good" is wrong as a noun only.
 */
export const rules: readonly Rule[] = [
  rule(
    'good, goods',
    'product',
    /\bgoods\b|\b(?:a|the|each|every|this|that|of|one|no|any|other|same|its|unknown|new) goods?(?=$|[.,;:)'"’?!]| (?:is|was|has|of|that|in|on|for|with|and|or|by|at|to|as|from|without|whose|who|which|it|does)\b)/i,
  ),
  rule('stand-in, static answer', 'fallback', /\bstand-?ins?\b|\bstatic answers?\b/i),
  rule('front, way in', 'Ingress', /\bfront\b(?![ -]door| matter|[@:])(?<!in front)|\bways? in\b(?! which)/i),
  rule(
    'answer (noun), reply',
    'response',
    /\b(?:an|the|its|their|no|any|each|every|this|that|one|whole|last|first|second|late|own|same|bad|wrong|long|full|of|with|without|by|in|for|before|after|from|interim|final|good|next|other|another|all|these|those|which|some|half|cut|live|slow|short|late|what|real|upstream’s|upstream's) answers?\b(?! (?:with|within|when|in time|again|at|before|after|until|slowly|late|nothing|never|as|from)\b)|\brepl(?:y|ies|ied|ying)\b/i,
  ),
  rule('ask', 'request, query, need', /\bask(?:s|ed|ing)?\b/i),
  rule('tell', 'report, show, say', /\b(?:tell|tells|told|telling)\b(?! (?:\w+ )?apart)/i),
  rule('underway, under way', 'in progress', /\bunder ?way\b/i),
  rule(
    'a try',
    'attempt',
    /\b(?:a|each|every|one|the|first|second|last|next|no|this|that|another|of) tr(?:y|ies)\b/i,
  ),
  rule('story', 'e2e test', /\bstor(?:y|ies)\b/i),
  rule('mend', 'fix', /\bmend(?:s|ed|ing)?\b/i),
  rule('heal', 'recover', /\bheal(?:s|ed|ing)?\b/i),
  rule('anew', 'again, from the start', /\banew\b/i),
  rule('nobody, somebody', 'no client, no process …', /\b(?:no|some|any|every)body\b/i),
  rule(
    'whoever, whatever',
    'the client that …; any',
    /\b(?:who|what|which|where|when|how)ever(?= (?:is|was|has|the|a|it|comes|else|they|he|you|of|in|reads|there|its|their|may|can|uses|happens|needs|wants|looks|runs|asks|sends)\b)|\b(?:whoever|whatever)\b/i,
  ),
  rule(
    'of its own',
    'its own',
    /\bof (?:its|their|his|her|your|our|my|one's|one’s) own\b(?=$|[^\w ]| (?:on|with|in|that|for|and|or|to|at|which|as|from|by|of|is|was|has|where|when|are|beside|beyond)\b)/i,
  ),
  rule('in its place', 'instead', /\bin (?:its|their|your|his|her|our|\w+['’]s?) (?:place|stead)\b/i),
  rule('give back', 'return', /\b(?:give|gives|gave|given|giving)(?: (?:it|them|\w+))? back\b/i),
  rule(
    'is no number',
    'is not a number',
    /(?<!\bthere )(?<!\bthere (?:can|may|must|will) )\b(?:is|are|was|were|be) no (?!longer\b|more\b|less\b|later\b|earlier\b|larger\b|smaller\b|better\b|other\b|different\b|worse\b|way\b)/i,
  ),
  rule('is not known here', 'unknown field', /\bnot known here\b|\bkept by the shop\b/i),
  rule('상점', '쇼핑몰', /상점/),
  rule('레플리카 셋, 구성원', '복제 세트, 멤버', /레플리카 ?셋\b|레플리카 셋|구성원/),
  rule(
    '대답, 임자, 까닭, 섬기다, 애너테이션, 객체, 복제본, 자원, 회수 정책, 토폴로지 분산, 서비스 계정, 부하 분산기, 가장자리, 등가, 반열림, 시험',
    '요청, 응답, 소유자, 이유, 어노테이션, 오브젝트, 레플리카, 리소스',
    /대답|임자|까닭|섬기|섬긴|애너테이션|객체|복제본|자원|회수 정책|토폴로지 분산|서비스 계정|부하 분산기|가장자리|등가|반열림|시험|물어본다|묻는다/,
  ),
];
