package io.merlinadapter.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) token by token where it lies, in an array. A token is a range of bytes: nothing is copied until a
 * text is asked for, so that the longest string costs no memory. Strict: also checks that strings are UTF-8, and how deep
 * values are nested. For one thread.
 */
public final class JsonScanner {
    /** Deeper values overflow the stack of many a program's own parser (Python's and jq's among them). */
    public static final int MAX_DEPTH = 256;

    /** Digits of a number. What parses longer ones takes ever longer per digit. */
    public static final int MOST_DIGITS = 1000;

    /** Bytes of an escape such as {@code \\u2028}. */
    static final int ESCAPE = 6;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    /** Bytes that {@link #skipEasy} looks ahead without a look at where they end. */
    private static final int ROOM = 40;

    /** Bytes of a number that are looked at together. */
    private static final int DIGITS = 24;

    /** A bit for each byte below 64: may a number begin with it? One branch, where a minus is as likely as not. */
    private static final long NUMBER_STARTS = (0x3ffL << '0') | (1L << '-');

    private static final int TRUE = word("true");
    private static final int ALSE = word("alse");
    private static final int NULL = word("null");

    /** What a token is. */
    public enum Token {
        START_OBJECT,
        END_OBJECT,
        START_ARRAY,
        END_ARRAY,
        /** The name of a member, whose value comes next. */
        NAME,
        STRING,
        NUMBER,
        /** NaN or an infinity, where these are admitted. */
        NON_FINITE,
        TRUE,
        FALSE,
        NULL,
        /** There is nothing more. */
        END
    }

    private enum Expected {
        VALUE,
        /** The first name or value of what has just begun, or its end. */
        FIRST,
        /** A comma, or the end of what the last value is in. */
        NEXT
    }

    private final byte[] bytes;
    private final int from;
    private final int to;
    /** Where offsets count from. */
    private final int origin;

    private final boolean admitsNonFinite;

    private int at;
    private Expected expected = Expected.VALUE;
    private int depth;
    private boolean inObject;
    /** A bit for each level outside of the current one: is it an object? */
    private final long[] objects = new long[MAX_DEPTH / Long.SIZE];

    private Token token = Token.END;
    private int start;
    private int end;
    private boolean plain;
    private int nameStart;
    private int nameEnd;
    private boolean namePlain;

    private int firstLineBreak = -1;
    private int lastLineBreak = -1;
    private int separatorGrowth;

    JsonScanner(byte[] bytes, int from, int to, int origin, boolean admitsNonFinite) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.origin = origin;
        this.admitsNonFinite = admitsNonFinite;
        this.at = from;
    }

    /** Of the bytes at {@code from} up to, not including, {@code to}. */
    public static JsonScanner strict(byte[] bytes, int from, int to) {
        return new JsonScanner(bytes, from, to, from, false);
    }

    /** As {@link #strict}, but takes NaN, Infinity, -Infinity, +Infinity, -INF and +INF for values. */
    public static JsonScanner withNonFinite(byte[] bytes, int from, int to) {
        return new JsonScanner(bytes, from, to, from, true);
    }

    /**
     * Checks that the bytes are one JSON value in UTF-8 and nothing else. If the encoding is wrong, then that is what the
     * exception says, whatever else is wrong.
     */
    public static void check(byte[] bytes, int from, int to) throws JsonException {
        strict(bytes, from, to).checkAll();
    }

    /** As {@link #check}, of a scanner that has not read anything yet. */
    void checkAll() throws JsonException {
        try {
            next();
            skipValue();
            next();
        } catch (JsonException e) {
            int bad = Utf8.firstFault(bytes, from, to - from);
            if (bad >= 0) {
                throw new JsonException("byte " + (bad - origin) + " is not UTF-8", bad - origin, false);
            }
            throw looksWide(bytes, from, to)
                    ? new JsonException("it looks like UTF-16 or UTF-32", from - origin, false)
                    : e;
        }
    }

    /** True if the bytes, which are not JSON, may be so in UTF-16 or UTF-32. */
    public static boolean looksWide(byte[] bytes, int from, int to) {
        for (int i = from; i < Math.min(to, from + 4); i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    /** The token that was read last. */
    public Token token() {
        return token;
    }

    /** Where the token begins in the array; a string, at its opening quote. */
    public int start() {
        return start;
    }

    /** Where the token ends in the array: behind its last byte. */
    public int end() {
        return end;
    }

    /** Where the token begins, counted from the first byte of the JSON. */
    public int offset() {
        return start - origin;
    }

    /** How many objects and arrays the next token is in. */
    public int depth() {
        return depth;
    }

    /** True if the token is a number without fraction and exponent. */
    public boolean isInteger() {
        return token == Token.NUMBER && plain;
    }

    /** True if nothing but white space is left. */
    public boolean isAtEnd() {
        skipBlanks();
        return at == to;
    }

    /** Reads the next token. Behind the only value that there may be, that is {@link Token#END}. */
    public Token next() throws JsonException {
        skipBlanks();
        if (expected == Expected.VALUE) {
            return value();
        }
        if (expected == Expected.NEXT) {
            if (depth == 0) {
                return finish();
            }
            if (at < to && bytes[at] == ',') {
                at++;
                skipBlanks();
                return inObject ? name() : value();
            }
        }
        int b = here();
        if (b == (inObject ? '}' : ']')) {
            return close();
        }
        if (expected == Expected.NEXT) {
            throw unexpected(inObject ? "a comma or }" : "a comma or ]");
        }
        return inObject ? name() : value();
    }

    /** Goes to the end of the value whose first token was read last. {@link #end()} is then its end. */
    public void skipValue() throws JsonException {
        if (token == Token.START_OBJECT || token == Token.START_ARRAY) {
            int outside = depth - 1;
            do {
                skip(outside);
            } while (depth > outside);
        }
    }

    /** Goes on until {@code outside} levels are left, or behind a NaN or infinity. */
    public void skip(int outside) throws JsonException {
        do {
            if (expected != Expected.VALUE) {
                skipEasy(outside);
            }
            if (depth > outside) {
                next();
            }
        } while (depth > outside && token != Token.NON_FINITE);
    }

    /**
     * Goes on from value to value, with no word of each token, as far as all is as in most JSON. The rest is for {@link #next},
     * and so is what is no JSON: at each break, the current place is still in front of what is odd.
     */
    private void skipEasy(int outside) throws JsonException {
        byte[] b = bytes;
        int last = to - ROOM;
        int growth = separatorGrowth;
        int p = at;
        if (expected == Expected.NEXT) {
            if (p > last || b[p] != ',') {
                return;
            }
            p++;
        }
        while (p <= last) {
            p = blanks(p);
            if (inObject && p <= last) {
                p = b[p] == '"' ? easyName(p) : to;
            }
            if (p > last) {
                break;
            }
            int first = b[p];
            if ((first == '[' || first == '{') && depth < MAX_DEPTH) {
                at = p;
                open(first == '{');
                growth = separatorGrowth;
                p = at;
                continue;
            }
            boolean isNumber = first >>> 6 == 0 && ((NUMBER_STARTS >>> first) & 1) != 0;
            p = first == '"' ? string(p + 1) : isNumber ? easyNumber(p) : easyWord(p);
            if (p < 0) {
                break;
            }
            at = p;
            expected = Expected.NEXT;
            growth = separatorGrowth;
            if (isNumber && !inObject && b[p] == ',' && b[p + 1] >= ' ') {
                skipNumbers(outside);
            }
            p = blanks(at);
            while (depth > outside && p < to && b[p] == (inObject ? '}' : ']')) {
                at = p;
                close();
                p = blanks(at);
            }
            if (depth == outside || expected == Expected.FIRST || p >= to || b[p] != ',') {
                break;
            }
            p++;
        }
        // What is behind the current place is read again, and must not be counted twice.
        separatorGrowth = growth;
    }

    /** From the opening quote of a name to its value, or {@code to}. */
    private int easyName(int first) throws JsonException {
        int p = string(first + 1);
        return p < to && bytes[p] == ':' ? blanks(p + 1) : to;
    }

    /** Where the number ends; less than 0 if it is long, or none. */
    private int easyNumber(int from) {
        byte[] b = bytes;
        // A bit for each byte that is no digit, for as many as a double has at most, and one more.
        long others = others((long) LONGS.get(b, from))
                | (others((long) LONGS.get(b, from + 8)) << 8)
                | (others((long) LONGS.get(b, from + 16)) << 16)
                | (1L << DIGITS);
        // If the first is one, it is the minus.
        int minus = (int) (others & 1);
        others ^= minus;
        int size = Long.numberOfTrailingZeros(others);
        boolean isFaulty = size == minus || (b[from + minus] == '0' && size > minus + 1);
        if (b[from + size] == '.') {
            others &= others - 1;
            int whole = size;
            size = Long.numberOfTrailingZeros(others);
            isFaulty |= size == whole + 1;
        }
        if (isFaulty || size >= DIGITS) {
            return -1;
        }
        return (b[from + size] | 0x20) == 'e' ? NumberRows.exponent(b, from + size, to) : from + size;
    }

    /** A bit for each of eight bytes: is it no digit? */
    private static long others(long eight) {
        // 0 to 9 in place of the digits, more in place of all else.
        long values = eight ^ '0' * ONES;
        long high = (((values & ~HIGH_BITS) + (0x80 - 10) * ONES) | values) & HIGH_BITS;
        // The product has the high bit of each byte beside that of the next, in its highest byte.
        return ((high >>> 7) * 0x0102040810204080L) >>> 56;
    }

    /** Where the word ends; less than 0 if it is none of those of JSON. */
    private int easyWord(int from) {
        int size = bytes[from] == 'f' ? 5 : 4;
        int four = (int) (long) LONGS.get(bytes, from + size - 4);
        boolean isIt = switch (bytes[from]) {
            case 't' -> four == TRUE;
            case 'f' -> four == ALSE;
            case 'n' -> four == NULL;
            default -> false;
        };
        return isIt && !isWordPart(bytes[from + size]) ? from + size : -1;
    }

    /** From the comma behind a number of an array. */
    private void skipNumbers(int outside) {
        int comma = at;
        at = NumberRows.pass(bytes, comma, to, depth - 1 > outside && !isObject(depth - 1));
        int before = bytes[at - 1];
        if (at > comma && before == ']') {
            at--;
            close();
        } else if (at > comma && before == '[') {
            expected = Expected.FIRST;
        }
    }

    /** True if the level, which is outside of the current one, is an object. */
    private boolean isObject(int level) {
        return (objects[level >>> 6] & (1L << level)) != 0;
    }

    private Token finish() throws JsonException {
        if (at < to) {
            throw fault("there is more than one value", at);
        }
        return tell(Token.END, at);
    }

    private Token close() {
        Token kind = inObject ? Token.END_OBJECT : Token.END_ARRAY;
        start = at++;
        depth--;
        inObject = isObject(depth);
        expected = Expected.NEXT;
        return tell(kind, at);
    }

    private Token open(boolean object) throws JsonException {
        if (depth == MAX_DEPTH) {
            throw new JsonException("it is nested deeper than " + MAX_DEPTH + " levels", at - origin, true);
        }
        long bit = 1L << depth;
        objects[depth >>> 6] = inObject ? objects[depth >>> 6] | bit : objects[depth >>> 6] & ~bit;
        depth++;
        inObject = object;
        expected = Expected.FIRST;
        at++;
        return tell(object ? Token.START_OBJECT : Token.START_ARRAY, at);
    }

    private Token name() throws JsonException {
        if (here() != '"') {
            throw unexpected("a name in double quotes");
        }
        start = at;
        int behind = string(at + 1);
        nameStart = start;
        nameEnd = behind;
        namePlain = plain;
        at = behind;
        skipBlanks();
        if (here() != ':') {
            throw unexpected("a colon");
        }
        at++;
        expected = Expected.VALUE;
        return tell(Token.NAME, behind);
    }

    private Token value() throws JsonException {
        int b = here();
        start = at;
        expected = Expected.NEXT;
        return switch (b) {
            case '"' -> {
                at = string(at + 1);
                yield tell(Token.STRING, at);
            }
            case '{' -> open(true);
            case '[' -> open(false);
            case 't' -> word("true", Token.TRUE);
            case 'f' -> word("false", Token.FALSE);
            case 'n' -> word("null", Token.NULL);
            case 'N', 'I', '+' -> nonFinite();
            case '-' -> at + 1 < to && bytes[at + 1] == 'I' ? nonFinite() : number();
            default -> number();
        };
    }

    private Token word(String word, Token kind) throws JsonException {
        if (!follows(word, at)) {
            throw unexpected("a value");
        }
        at += word.length();
        return tell(kind, at);
    }

    private static int word(String four) {
        return four.charAt(0) | (four.charAt(1) << 8) | (four.charAt(2) << 16) | (four.charAt(3) << 24);
    }

    private Token nonFinite() throws JsonException {
        int size = nonFiniteSize();
        if (size == 0) {
            throw unexpected("a value");
        }
        if (!admitsNonFinite) {
            throw fault("it has NaN or Infinity, which JSON does not have", at);
        }
        at += size;
        return tell(Token.NON_FINITE, at);
    }

    private int nonFiniteSize() {
        if (follows("NaN", at)) {
            return 3;
        }
        int signed = bytes[at] == '-' || bytes[at] == '+' ? 1 : 0;
        if (follows("Infinity", at + signed)) {
            return signed + 8;
        }
        return signed == 1 && follows("INF", at + 1) ? 4 : 0;
    }

    /** True if the word begins at {@code from} and ends with no letter or digit behind it. */
    private boolean follows(String word, int from) {
        int behind = from + word.length();
        if (behind > to || (behind < to && isWordPart(bytes[behind]))) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWordPart(int b) {
        return (b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'z') || b == '_';
    }

    private Token number() throws JsonException {
        int digitsFrom = bytes[at] == '-' ? at + 1 : at;
        int p = digits(digitsFrom, digitsFrom == at ? "a value" : "a digit");
        int others = 0;
        if (bytes[digitsFrom] == '0' && p > digitsFrom + 1) {
            throw fault("a number begins with a 0 that JSON does not allow", at);
        }
        plain = true;
        if (p < to && bytes[p] == '.') {
            plain = false;
            others = 1;
            p = digits(p + 1, "a digit");
        }
        if (p < to && (bytes[p] | 0x20) == 'e') {
            plain = false;
            int sign = p + 1 < to && (bytes[p + 1] == '+' || bytes[p + 1] == '-') ? 1 : 0;
            others += 1 + sign;
            p = digits(p + 1 + sign, "a digit");
        }
        if (p - digitsFrom - others > MOST_DIGITS) {
            throw JsonException.at(start - origin, "a number has more than " + MOST_DIGITS + " digits", true);
        }
        at = p;
        return tell(Token.NUMBER, p);
    }

    /** Where the digits end that begin at {@code first}, of which there must be one. */
    private int digits(int first, String what) throws JsonException {
        int p = first;
        while (p < to && bytes[p] >= '0' && bytes[p] <= '9') {
            p++;
        }
        if (p == first) {
            at = first;
            throw unexpected(what);
        }
        return p;
    }

    /** From behind the opening quote to behind the closing one. */
    private int string(int first) throws JsonException {
        byte[] b = bytes;
        int lastLong = to - Long.BYTES;
        int p = first;
        plain = true;
        while (p < to) {
            if (p <= lastLong) {
                long special = special((long) LONGS.get(b, p));
                if (special == 0) {
                    p += Long.BYTES;
                    continue;
                }
                p += Long.numberOfTrailingZeros(special) >>> 3;
            }
            int c = b[p];
            if (c == '"') {
                return p + 1;
            } else if (c == '\\') {
                plain = false;
                p = escape(p);
            } else if (c < 0) {
                p = beyondAscii(p);
            } else if (c < ' ') {
                throw fault("a string has a raw control character, which must be escaped", p);
            } else {
                p++;
            }
        }
        throw endsInTheMiddle();
    }

    /**
     * The high bit of the first byte (of those in the order of the array) that is a quote, a backslash, a control character
     * or not ASCII. Bits of bytes behind it may be wrong: a subtraction borrows from the next byte.
     */
    static long special(long eight) {
        long quote = (eight ^ '"' * ONES) - ONES;
        long backslash = (eight ^ '\\' * ONES) - ONES;
        long control = eight - ' ' * ONES;
        return (quote | backslash | control | eight) & HIGH_BITS;
    }

    private int escape(int p) throws JsonException {
        if (p + 1 >= to) {
            throw endsInTheMiddle();
        }
        int letter = bytes[p + 1];
        if (letter != 'u') {
            if (letter < 0 || "\"\\/bfnrt".indexOf(letter) < 0) {
                throw fault("a string has an escape that JSON does not have", p);
            }
            return p + 2;
        }
        for (int i = p + 2; i < p + 6; i++) {
            if (i >= to) {
                throw endsInTheMiddle();
            }
            if (Character.digit(bytes[i], 16) < 0) {
                throw fault("a string has \\u without four hexadecimal digits", p);
            }
        }
        return p + 6;
    }

    /** Passes by a character that is not ASCII, and by as much behind it as is easy. */
    private int beyondAscii(int first) throws JsonException {
        int easy = WideText.pass(bytes, first, to);
        if (easy > first) {
            return easy;
        }
        int size = Utf8.sequence(bytes, first, to);
        if (size == 0) {
            throw fault("a string is not UTF-8", first);
        }
        if (size < 4 && Utf8.isLineEnd(bytes, first, size)) {
            separatorGrowth += ESCAPE - size;
        }
        return first + size;
    }

    private void skipBlanks() {
        at = blanks(at);
    }

    /** Where white space ends that begins at {@code from}; most often it does so there. */
    private int blanks(int from) {
        return from < to && bytes[from] <= ' ' ? someBlanks(from) : from;
    }

    private int someBlanks(int from) {
        byte[] b = bytes;
        int p = from;
        while (p < to && b[p] <= ' ') {
            int c = b[p];
            if (c == '\n' || c == '\r') {
                firstLineBreak = firstLineBreak < 0 ? p : firstLineBreak;
                lastLineBreak = p;
            } else if (c != ' ' && c != '\t') {
                break;
            }
            p++;
            // An indent.
            while (p <= to - Long.BYTES && (long) LONGS.get(b, p) == ' ' * ONES) {
                p += Long.BYTES;
            }
        }
        return p;
    }

    private int here() throws JsonException {
        if (at >= to) {
            throw depth == 0 && expected == Expected.VALUE
                    ? new JsonException("it is empty", 0, false)
                    : endsInTheMiddle();
        }
        return bytes[at];
    }

    private Token tell(Token kind, int behind) {
        token = kind;
        end = behind;
        return kind;
    }

    private JsonException endsInTheMiddle() {
        return fault("it ends in the middle", to);
    }

    /** Something else is at the current place than {@code what}. */
    private JsonException unexpected(String what) {
        if (at >= to) {
            return endsInTheMiddle();
        }
        return fault(bytes[at] == '\'' ? "strings and names need double quotes" : what + " was expected", at);
    }

    private JsonException fault(String what, int where) {
        return JsonException.at(where - origin, what, false);
    }

    /** True if the string or name says this, which is ASCII. */
    public boolean is(String ascii) {
        int size = ascii.length();
        if (!plain) {
            return end - start <= 6 * size + 2 && ascii.equals(text());
        }
        if (end - start != size + 2) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (bytes[start + 1 + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** What the string or name says. */
    public String text() {
        return decode(start + 1, end - 1, plain);
    }

    /** As {@link #text}, with … in place of what is behind the first {@code most} bytes. */
    public String text(int most) {
        int last = end - 1;
        if (last - start - 1 <= most) {
            return text();
        }
        int cut = start + 1;
        while (cut - start - 1 < most) {
            cut += bytes[cut] != '\\' ? 1 : bytes[cut + 1] == 'u' ? 6 : 2;
        }
        if (cut >= last) {
            return text();
        }
        String text = decode(start + 1, Utf8.startOfCharacter(bytes, cut), plain);
        boolean halved = !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
        return (halved ? text.substring(0, text.length() - 1) : text) + "…";
    }

    /** True if the string or name has no escapes: its bytes, without the quotes, are what it says. */
    public boolean isPlain() {
        return plain;
    }

    /**
     * How many bytes of UTF-8 {@link #copyText} copies.
     *
     * @throws JsonException if UTF-8 can't encode what the string or name says
     */
    public int textSize() throws JsonException {
        int size = end - start - 2;
        for (int p = start + 1; !plain && p < end - 1; ) {
            if (bytes[p] != '\\') {
                p++;
                continue;
            }
            int escape = escapeSize(p);
            size -= escape - Utf8.size(character(p));
            p += escape;
        }
        return size;
    }

    /** Copies what the string or name says, in UTF-8. Returns where in {@code target} the copy ends. */
    public int copyText(byte[] target, int offset) throws JsonException {
        int copied = start + 1;
        int to = offset;
        for (int p = copied; !plain && p < end - 1; ) {
            if (bytes[p] != '\\') {
                p++;
                continue;
            }
            System.arraycopy(bytes, copied, target, to, p - copied);
            to = Utf8.put(character(p), target, to + p - copied);
            p += escapeSize(p);
            copied = p;
        }
        System.arraycopy(bytes, copied, target, to, end - 1 - copied);
        return to + end - 1 - copied;
    }

    /** How many bytes the escape has, or the two that are one character. */
    private int escapeSize(int p) {
        return bytes[p + 1] != 'u' ? 2 : Character.isHighSurrogate(meaning(p + 1)) ? 2 * ESCAPE : ESCAPE;
    }

    /** The character whose escape begins at {@code p}. */
    private int character(int p) throws JsonException {
        char unit = meaning(p + 1);
        if (!Character.isSurrogate(unit)) {
            return unit;
        }
        int next = p + ESCAPE;
        boolean another = next + ESCAPE < end && bytes[next] == '\\' && bytes[next + 1] == 'u';
        char second = another ? meaning(next + 1) : 0;
        if (!Character.isSurrogatePair(unit, second)) {
            throw fault("a string has half of a surrogate pair, which UTF-8 can't encode", p);
        }
        return Character.toCodePoint(unit, second);
    }

    /**
     * Goes back or ahead, to a place where a value begins: it is the next token, and if it is an object or array, what is
     * inside may follow, but nothing behind its end.
     */
    public void moveTo(int value) {
        at = value;
        depth = 0;
        inObject = false;
        expected = Expected.VALUE;
    }

    /** The token as it stands. */
    public String raw() {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    /** The name of the member whose value the token is; null if it is none, or the name has over {@code most} bytes. */
    public @Nullable String memberName(int most) {
        return inObject && nameEnd - nameStart - 2 <= most ? decode(nameStart + 1, nameEnd - 1, namePlain) : null;
    }

    private String decode(int first, int behind, boolean asIs) {
        if (asIs) {
            return new String(bytes, first, behind - first, StandardCharsets.UTF_8);
        }
        StringBuilder text = new StringBuilder(behind - first);
        int copied = first;
        for (int p = first; p < behind; ) {
            if (bytes[p] != '\\') {
                p++;
                continue;
            }
            text.append(new String(bytes, copied, p - copied, StandardCharsets.UTF_8));
            text.append(meaning(p + 1));
            p += bytes[p + 1] == 'u' ? 6 : 2;
            copied = p;
        }
        return text.append(new String(bytes, copied, behind - copied, StandardCharsets.UTF_8))
                .toString();
    }

    private char meaning(int p) {
        return switch (bytes[p]) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int unit = 0;
                for (int i = p + 1; i <= p + 4; i++) {
                    unit = unit << 4 | Character.digit(bytes[i], 16);
                }
                yield (char) unit;
            }
            default -> (char) bytes[p];
        };
    }

    /** The first line break between tokens so far, or -1. */
    int firstLineBreak() {
        return firstLineBreak;
    }

    /** The last line break between tokens so far, or -1. */
    int lastLineBreak() {
        return lastLineBreak;
    }

    /** How many bytes longer the JSON so far is with each U+0085, U+2028 and U+2029 escaped. */
    int separatorGrowth() {
        return separatorGrowth;
    }
}
