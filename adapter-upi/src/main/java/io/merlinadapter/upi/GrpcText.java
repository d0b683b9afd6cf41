package io.merlinadapter.upi;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.text.Texts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How gRPC writes things in headers (its PROTOCOL-HTTP2.md). */
final class GrpcText {
    private static final String HEX = "0123456789ABCDEF";
    /** Clients take 8 KiB of trailers by default, and each byte may become three. */
    private static final int LONGEST_MESSAGE = 2048;

    private static final int MOST_DIGITS = 8;
    private static final String GRPC = "application/grpc";
    private static final Pattern SUBTYPE = Pattern.compile("application/grpc(\\+[A-Za-z0-9.+_-]{1,64})?");

    private GrpcText() {}

    /** Whether a Content-Type is gRPC's, of whatever subtype; those of gRPC-Web are not. */
    static boolean isGrpc(@Nullable String contentType) {
        if (contentType == null || !contentType.regionMatches(true, 0, GRPC, 0, GRPC.length())) {
            return false;
        }
        char next = contentType.length() == GRPC.length() ? ';' : contentType.charAt(GRPC.length());
        return next == '+' || next == ';' || next == ' ';
    }

    /** The Content-Type that answers a caller's: its own, unless that has anything in it that no subtype has. */
    static String answerTo(@Nullable String contentType) {
        if (GRPC.equals(contentType)) {
            return GRPC;
        }
        int end = contentType == null ? -1 : contentType.indexOf(';');
        String plain = contentType == null ? GRPC : (end < 0 ? contentType : contentType.substring(0, end)).strip();
        // HTTP/2 lets control characters through, which no header may be given: the answer would never be sent.
        return SUBTYPE.matcher(plain).matches() ? plain : GRPC;
    }

    /** A text for {@code grpc-message}: UTF-8, percent-encoded, cut where clients would refuse it. */
    static String message(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Texts.cut(bytes, 0, bytes.length, LONGEST_MESSAGE);
        StringBuilder out = new StringBuilder(length + 16);
        for (int i = 0; i < length; i++) {
            byte b = bytes[i];
            if (b >= ' ' && b < 0x7f && b != '%') {
                out.append((char) b);
            } else {
                out.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
            }
        }
        return length < bytes.length ? out.append("...").toString() : out.toString();
    }

    /**
     * What {@code grpc-timeout} says, at most {@code most}, to the nanosecond.
     *
     * @throws PredictException if it makes no sense
     */
    static Duration timeout(@Nullable String header, Duration most) {
        if (header == null) {
            return most;
        }
        int digits = header.length() - 1;
        if (digits < 1 || digits > MOST_DIGITS || !isNumber(header, digits)) {
            throw nonsense(header);
        }
        Duration asked = times(Long.parseLong(header.substring(0, digits)), header);
        return asked.compareTo(most) < 0 ? asked : most;
    }

    private static boolean isNumber(String text, int digits) {
        for (int i = 0; i < digits; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static Duration times(long count, String header) {
        return switch (header.charAt(header.length() - 1)) {
            case 'H' -> Duration.ofHours(count);
            case 'M' -> Duration.ofMinutes(count);
            case 'S' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMillis(count);
            case 'u' -> Duration.ofNanos(1_000 * count);
            case 'n' -> Duration.ofNanos(count);
            default -> throw nonsense(header);
        };
    }

    private static PredictException nonsense(String header) {
        return PredictException.of(
                FailureKind.INVALID_REQUEST,
                "grpc-timeout: " + header + " (expected: up to 8 digits and one of H, M, S, m, u, n)");
    }
}
