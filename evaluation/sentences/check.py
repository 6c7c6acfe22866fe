#!/usr/bin/env python3
"""Consistency checks for claims_en.tsv, claims_ar.tsv and times.tsv. CC0."""
import collections, datetime as dt, os, re, sys
from zoneinfo import ZoneInfo
here = os.path.dirname(os.path.abspath(__file__))
MOD = 'report progress intention threat conditional aspiration hedged denial question none'.split()
TYP = 'capture withdraw attack bombard ambush execute detain destroy advance besiege seize announce appoint'.split() + ['']
KIND = 'calendar deictic hijri feast vague duration none'.split()
CH = 'id text modality polarity type actor target place quantity_min quantity_max quantity_unit source_cited note'.split()
TH = 'id lang text posted_at zone from to kind'.split()
bad = []
def rd(n, head):
    L = open(os.path.join(here, n), encoding='utf8').read().split('\n')
    assert L[0].split('\t') == head, n
    assert L[-1] == ''
    R = []
    for i, l in enumerate(L[1:-1], 2):
        c = l.split('\t')
        if len(c) != len(head): bad.append((n, i, 'columns', len(c))); continue
        if any(x != x.strip() for x in c): bad.append((n, i, 'spaces'))
        R.append(dict(zip(head, c)))
    k = collections.Counter(re.sub(r'\W+', '', r['text'].lower()) for r in R) if head is CH else \
        collections.Counter((r['text'], r['posted_at']) for r in R)
    bad.extend((n, 'duplicate', t) for t, v in k.items() if v > 1)
    bad.extend((n, 'id', t) for t, v in collections.Counter(r['id'] for r in R).items() if v > 1)
    return R
for lang in ('en', 'ar'):
    n = f'claims_{lang}.tsv'; R = rd(n, CH)
    for r in R:
        if r['modality'] not in MOD or r['type'] not in TYP or r['polarity'] not in ('affirmed', 'negated'): bad.append((n, r['id'], 'enum'))
        for f in ('actor', 'target', 'place', 'quantity_unit', 'source_cited'):
            if r[f] and r[f] not in r['text']: bad.append((n, r['id'], f, r[f]))
        q = [int(r[f]) for f in ('quantity_min', 'quantity_max') if r[f]]
        if len(q) == 2 and q[0] > q[1]: bad.append((n, r['id'], 'quantity'))
        if r['modality'] == 'none' and any(r[f] for f in CH[4:12]): bad.append((n, r['id'], 'none with slots'))
        if bool(re.search('[\u0600-\u06ff]', r['text'])) != (lang == 'ar'): bad.append((n, r['id'], 'script'))
    print(n, len(R), 'rows; negated', sum(r['polarity'] == 'negated' for r in R), '; places', len({r['place'] for r in R} - {''}))
    print('  ', dict(collections.Counter(r['modality'] for r in R).most_common()))
    print('  ', dict(collections.Counter(r['type'] or '(empty)' for r in R).most_common()))
    print('  ', 'with quantity', sum(bool(r['quantity_min'] or r['quantity_max']) for r in R), 'with source', sum(bool(r['source_cited']) for r in R),
          'dialect', sum('dialect' in r['note'] for r in R), 'doubtful', sum('doubtful' in r['note'] or 'possible' in r['note'] for r in R))
R = rd('times.tsv', TH); iso = lambda s: dt.datetime.strptime(s, '%Y-%m-%dT%H:%M:%SZ').replace(tzinfo=dt.timezone.utc)
DAYS = [('monday', 'الاثنين'), ('tuesday', 'الثلاثاء'), ('wednesday', 'الأربعاء'), ('thursday', 'الخميس'), ('friday', 'الجمعة'), ('saturday', 'السبت'), ('sunday', 'الأحد')]
MON = [('january', 'كانون الثاني', 'يناير'), ('february', 'شباط', 'فبراير'), ('march', 'آذار', 'مارس'), ('april', 'نيسان', 'أبريل'), ('may', 'أيار', 'مايو'), ('june', 'حزيران', 'يونيو'),
       ('july', 'تموز', 'يوليو'), ('august', 'آب', 'أغسطس'), ('september', 'أيلول', 'سبتمبر'), ('october', 'تشرين الأول', 'أكتوبر'), ('november', 'تشرين الثاني', 'نوفمبر'), ('december', 'كانون الأول', 'ديسمبر')]
nd = nm = 0
for r in R:
    if r['kind'] not in KIND or r['lang'] not in ('en', 'ar') or r['zone'] not in ('Asia/Baghdad', 'Asia/Damascus'): bad.append((r['id'], 'enum'))
    iso(r['posted_at'])
    if (r['kind'] == 'none') != (r['from'] == '') or (r['from'] == '') != (r['to'] == ''): bad.append((r['id'], 'interval')); continue
    if r['kind'] == 'none': continue
    a, b = iso(r['from']), iso(r['to'])
    if a >= b: bad.append((r['id'], 'order'))
    la, t = a.astimezone(ZoneInfo(r['zone'])), r['text'].lower()
    # an independent reading of plain weekday and day-month dates
    w = [i for i, d in enumerate(DAYS) if any(x in t for x in d)]
    if len(w) == 1 and r['kind'] in ('deictic', 'duration'):
        nd += 1
        if la.weekday() != w[0] or la.hour: bad.append((r['id'], 'weekday', r['text'], la))
    tt = t.translate(str.maketrans('٠١٢٣٤٥٦٧٨٩', '0123456789'))
    m = [(int(d), i) for i, mm in enumerate(MON, 1) for x in mm for d in re.findall(rf'(?<!\d)(\d\d?)(?:st|nd|rd|th)?(?: of)? {x}', tt) + re.findall(rf'{x} (\d\d?)(?:st|nd|rd|th)?(?!\d)', tt)]
    m += [(int(d), int(k)) for d, k in re.findall(r'(?<!\d)(\d\d?)[/.](\d\d?)[/.](?:20)?1\d', tt)]
    if len(set(m)) == 1 and r['kind'] == 'calendar' and a != iso(r['posted_at']):
        nm += 1
        if (la.day, la.month) != m[0] and 'night' not in t and 'from' not in t and 'between' not in t and 'lasted' not in t and 'من ' not in t and 'بين' not in t and '-' not in t: bad.append((r['id'], 'day-month', r['text'], la))
    y = set(re.findall(r'(?<!\d)(201[2-7])(?!\d)', tt))
    if len(y) == 1 and r['kind'] == 'calendar' and str(la.year) not in y: bad.append((r['id'], 'year', r['text'], la))
print('times.tsv', len(R), dict(collections.Counter(r['kind'] for r in R)), dict(collections.Counter(r['lang'] for r in R)), 'weekday checks', nd, 'date checks', nm)
for b in bad: print('BAD', *b)
sys.exit(bool(bad))
