import type { Options } from 'rehype-sanitize';

const words = (list: string): string[] => list.trim().split(/\s+/);

const HTML_ELEMENTS = words(`
  a abbr address area article aside audio b bdi bdo blockquote br caption cite code col colgroup data dd del
  details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main map
  mark menu nav ol p pre q rp rt ruby s samp section small source span strong sub summary sup table tbody td
  tfoot th thead time tr track tt u ul var video wbr big center font strike rb rtc
`);

const MATHML_ELEMENTS = words(`
  math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle
  msub msubsup msup mtable mtd mtext mtr munder munderover semantics menclose mfenced mlabeledtr none maligngroup
  malignmark mlongdiv mscarries mscarry msgroup msline msrow mstack
`);

const SVG_ELEMENTS = words(`
  svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath image clipPath mask
  pattern marker linearGradient radialGradient stop title desc switch filter feBlend feColorMatrix
  feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight
  feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset
  fePointLight feSpecularLighting feSpotLight feTile feTurbulence
`);

const GLOBAL_ATTRIBUTES = words(`
  className id lang dir title role hidden translate ariaAtomic ariaBusy ariaColCount ariaColIndex ariaColSpan
  ariaCurrent ariaDescribedBy ariaDetails ariaExpanded ariaHidden ariaLabel ariaLabelledBy ariaLevel ariaModal
  ariaOwns ariaPosInSet ariaRoleDescription ariaRowCount ariaRowIndex ariaRowSpan ariaSetSize ariaSort ariaFlowTo
`);

const MATHML_ATTRIBUTES = words(`
  accent accentunder align alttext bevelled close columnalign columnlines columnspacing columnspan denomalign depth
  display displaystyle equalcolumns equalrows fence form frame framespacing groupalign height largeop length
  linebreak linethickness lquote lspace mathbackground mathcolor mathsize mathvariant maxsize minlabelspacing
  minsize movablelimits notation numalign open rowalign rowlines rowspacing rowspan rquote rspace scriptlevel
  scriptminsize scriptsizemultiplier separator separators shift side stackalign stretchy subscriptshift
  superscriptshift symmetric voffset width fontfamily fontstyle fontweight fontsize color background
`);

const SVG_ATTRIBUTES = words(`
  viewBox preserveAspectRatio x y x1 x2 y1 y2 cx cy r rx ry fx fy fr d points width height dx dy rotate textLength
  lengthAdjust startOffset method spacing offset gradientUnits gradientTransform spreadMethod patternUnits
  patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits markerUnits markerWidth
  markerHeight orient refX refY pathLength transform version fill fillOpacity fillRule stroke strokeDashArray
  strokeDashOffset strokeLineCap strokeLineJoin strokeMiterLimit strokeOpacity strokeWidth opacity color
  colorInterpolation colorInterpolationFilters colorRendering cursor direction display dominantBaseline
  alignmentBaseline baselineShift clipPath clipRule mask filter filterUnits primitiveUnits floodColor floodOpacity
  fontFamily fontSize fontSizeAdjust fontStretch fontStyle fontVariant fontWeight imageRendering letterSpacing
  lightingColor markerEnd markerMid markerStart overflow paintOrder pointerEvents shapeRendering stopColor
  stopOpacity textAnchor textDecoration textRendering unicodeBidi vectorEffect visibility wordSpacing writingMode
  in in2 result mode type values operator k1 k2 k3 k4 order kernelMatrix divisor bias targetX targetY edgeMode
  kernelUnitLength preserveAlpha surfaceScale diffuseConstant specularConstant specularExponent azimuth elevation
  pointsAtX pointsAtY pointsAtZ limitingConeAngle scale xChannelSelector yChannelSelector stdDeviation radius
  baseFrequency numOctaves seed stitchTiles tableValues slope intercept amplitude exponent z xmlSpace
`);

const each = (elements: readonly string[], attributes: readonly string[]): Record<string, string[]> =>
  Object.fromEntries(elements.map((element) => [element, [...attributes]]));

/** Elements whose content goes with them; other unknown elements leave their content behind. */
export const STRIPPED_ELEMENTS: ReadonlySet<string> = new Set(
  words(`script style template iframe frame frameset noframes applet embed param select textarea input datalist
    option optgroup keygen base link meta title audio-worklet animate animateMotion animateTransform set discard
    mpath foreignObject annotation annotation-xml handler listener canvas portal fencedframe xml plaintext`).filter(
    (name) => name !== 'title',
  ),
);

/** The allow-list of everything that a page in a module may contain. Addresses are rewritten before it is applied. */
export const PAGE_SCHEMA: Options = {
  tagNames: [...HTML_ELEMENTS, ...MATHML_ELEMENTS, ...SVG_ELEMENTS],
  attributes: {
    ...each(MATHML_ELEMENTS, MATHML_ATTRIBUTES),
    ...each(SVG_ELEMENTS, SVG_ATTRIBUTES),
    '*': GLOBAL_ATTRIBUTES,
    a: ['href', 'hrefLang'],
    area: ['href', 'alt', 'coords', 'shape'],
    audio: ['src', 'controls', 'preload', 'loop'],
    video: ['src', 'controls', 'preload', 'loop', 'poster', 'width', 'height'],
    source: ['src', 'type'],
    track: ['src', 'kind', 'srcLang', 'label', 'default'],
    img: ['src', 'alt', 'width', 'height', 'useMap', 'align'],
    image: [...SVG_ATTRIBUTES, 'href', 'xLinkHref'],
    use: [...SVG_ATTRIBUTES, 'href', 'xLinkHref'],
    textPath: [...SVG_ATTRIBUTES, 'href', 'xLinkHref'],
    linearGradient: [...SVG_ATTRIBUTES, 'href', 'xLinkHref'],
    radialGradient: [...SVG_ATTRIBUTES, 'href', 'xLinkHref'],
    pattern: [...SVG_ATTRIBUTES, 'href', 'xLinkHref'],
    map: ['name'],
    ol: ['start', 'reversed', 'type'],
    ul: ['type'],
    li: ['value', 'type'],
    table: ['border', 'cellPadding', 'cellSpacing', 'width', 'align', 'summary'],
    caption: ['align'],
    col: ['span', 'width', 'align'],
    colgroup: ['span', 'width', 'align'],
    td: ['colSpan', 'rowSpan', 'headers', 'align', 'vAlign', 'width', 'abbr'],
    th: ['colSpan', 'rowSpan', 'headers', 'align', 'vAlign', 'width', 'scope', 'abbr'],
    tr: ['align', 'vAlign'],
    p: ['align'],
    div: ['align'],
    time: ['dateTime'],
    del: ['dateTime'],
    ins: ['dateTime'],
    data: ['value'],
    details: ['open'],
    font: ['color', 'size', 'face'],
  },
  // A name that is no scheme: only relative addresses pass.
  protocols: { href: ['nothing'], src: ['nothing'], poster: ['nothing'], xLinkHref: ['nothing'], useMap: ['nothing'] },
  ancestors: {
    title: ['svg'],
    desc: ['svg'],
    tbody: ['table'],
    td: ['table'],
    th: ['table'],
    thead: ['table'],
    tfoot: ['table'],
    tr: ['table'],
  },
  clobber: [],
  clobberPrefix: '',
  required: {},
  strip: [...STRIPPED_ELEMENTS],
  allowComments: false,
  allowDoctypes: false,
};

const ALLOWED_TAGS: ReadonlySet<string> = new Set(PAGE_SCHEMA.tagNames ?? []);

/** Whether an element of this name may stand in a page. */
export function isAllowedElement(tagName: string): boolean {
  return ALLOWED_TAGS.has(tagName);
}
