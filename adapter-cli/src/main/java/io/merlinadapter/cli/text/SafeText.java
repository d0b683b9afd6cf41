package io.merlinadapter.cli.text;

import io.merlinadapter.text.Texts;
import java.util.regex.Pattern;

/** How values of unknown origin are shown in messages and logs; never with the password of an address, or what {@link Secrets} knows. */
public final class SafeText {

    private static final int LONGEST_QUOTE = 80;

    /** User and password in a text that holds an address: from its scheme, or our option for it, to the last @ of the host. */
    private static final Pattern LOGIN = Pattern.compile("(://|pushgateway-url[= ][\"']?)[^\\s/]*@");

    private static final Pattern BARE_LOGIN = Pattern.compile("^([A-Za-z]*://)?.*@", Pattern.DOTALL);

    private SafeText() {}

    /** Between quotes, on one line, shortened. */
    public static String quote(String value) {
        return '"' + shorten(value, LONGEST_QUOTE) + '"';
    }

    /** An address without user and password, whatever else is wrong with it. */
    public static String withoutLogin(String address) {
        return BARE_LOGIN.matcher(address).replaceFirst("$1***@");
    }

    /** As {@link #withoutLogin}, and nothing shows that there was one. */
    public static String addressAlone(String address) {
        return BARE_LOGIN.matcher(address).replaceFirst("$1");
    }

    /** On one line, with an ellipsis where it was cut. */
    public static String shorten(String value, int longest) {
        String safe = Secrets.mask(LOGIN.matcher(value).replaceAll("$1***@"));
        return Texts.shorten(Texts.printable(Texts.oneLine(safe)), longest);
    }
}
