/*
 * tariffd: what the delivery of a parcel costs. It listens on a Unix socket, takes one connection after the other, and
 * answers each line of JSON with a line; README.md says what they hold.
 *
 * Usage: tariffd SOCKET
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { LONGEST_LINE = 1 << 20, MOST_PARCELS = 10000, LONGEST_PREDICTION = 64, LONGEST_ERROR = 256 };

/* The tariff. Money is in thousandths of a cent, so that nothing is rounded before the end. */
enum { CENT = 1000, START_FEE = 250 * CENT, LEAST_FEE = 400 * CENT, FEE_STEP = 5 * CENT };
enum { FREE_GRAMS = 2000, KILO_FEE = 40 * CENT };

static const struct band {
    long up_to; /* metres */
    long rate;  /* cents for a kilometre: thousandths of a cent for a metre */
    const char *zone;
} bands[] = {{5000, 90, "city"}, {50000, 60, "region"}, {2000000, 35, "country"}};

/* A parcel is a list of these numbers. */
enum { KM, KG, COLUMNS };

static const struct column {
    double most;
    const char *refusal;
} columns[COLUMNS] = {{2000, "km must be a number from 0 to 2000"}, {30, "kg must be a number from 0 to 30"}};

/* The fee in cents, and the zone that it goes to. */
static long price(const double *parcel, const char **zone) {
    const long metres = (long)(parcel[KM] * 1000 + 0.5), grams = (long)(parcel[KG] * 1000 + 0.5);
    long fee = START_FEE, from = 0;
    for (const struct band *band = bands;; band++) {
        const long to = metres < band->up_to ? metres : band->up_to;
        fee += (to - from) * band->rate;
        from = to;
        if (to == metres) {
            *zone = band->zone;
            break;
        }
    }
    if (grams > FREE_GRAMS) {
        fee += (grams - FREE_GRAMS + 999) / 1000 * KILO_FEE;
    }
    fee = (fee + FEE_STEP / 2) / FEE_STEP * FEE_STEP;
    return (fee < LEAST_FEE ? LEAST_FEE : fee) / CENT;
}

/* The line that is being read, with a zero byte behind it, and where in it we are. */
static char line[LONGEST_LINE + 1];
static const char *at;
static int parcel_number; /* -1 where it is none */

static char reply[MOST_PARCELS * LONGEST_PREDICTION + LONGEST_ERROR];
static size_t reply_length;

/* What reads a part of the line returns NULL, or why that can't be read. Nothing that was sent is repeated. */
typedef const char *refusal;

static refusal NO_REQUEST = "the request must be {\\\"instances\\\": [...]}";
static refusal NO_JSON = "the request is no JSON";
static refusal NO_PARCEL = "must be a list of km and kg";
static refusal TOO_MANY = "a request has at most 10000 of them";

/* The next character that is no space. */
static char next(void) {
    at += strspn(at, " \t\r");
    return *at;
}

/* Steps over a character, if it is next. */
static bool take(char wanted) {
    const bool there = next() == wanted;
    at += there;
    return there;
}

/* What stands between two quotes, its escapes as they are. */
static refusal read_text(const char **text) {
    if (!take('"')) {
        return NO_JSON;
    }
    for (*text = at; *at != '"'; at++) {
        if (*at == '\\' && at[1] != '\0') {
            at++;
        } else if ((unsigned char)*at < ' ') {
            return NO_JSON;
        }
    }
    at++;
    return NULL;
}

/* Steps over a value that nobody asked for. Of what is in it, only texts and brackets count. */
static refusal skip_value(void) {
    const char *text;
    long depth = 0;
    do {
        const char first = next();
        if (first == '"') {
            if (read_text(&text) != NULL) {
                return NO_JSON;
            }
        } else if (first == '{' || first == '[') {
            depth++;
            at++;
        } else if (depth > 0 && first != '\0' && strchr("}],:", first) != NULL) {
            depth -= first == '}' || first == ']';
            at++;
        } else {
            const char *word = at;
            at += strcspn(at, "{}[],:\" \t\r");
            if (at == word) {
                return NO_JSON;
            }
        }
    } while (depth > 0);
    return NULL;
}

static bool read_number(double *value) {
    next();
    /* strtod() alone would take "nan" and "0x1" too. */
    const size_t length = strspn(at, "-+.0123456789eE");
    char *end;
    *value = strtod(at, &end);
    if (length == 0 || end != at + length) {
        return false;
    }
    at = end;
    return true;
}

static refusal read_parcel(double *parcel) {
    for (int column = 0; column < COLUMNS; column++) {
        if (!take(column == 0 ? '[' : ',')) {
            return NO_PARCEL;
        }
        if (!read_number(&parcel[column]) || parcel[column] < 0 || parcel[column] > columns[column].most) {
            return columns[column].refusal;
        }
    }
    return take(']') ? NULL : NO_PARCEL;
}

/* Reads the parcels, and writes the fee of each into the reply. */
static refusal answer_parcels(void) {
    reply_length = (size_t)sprintf(reply, "{\"predictions\":[");
    if (!take('[')) {
        return NO_REQUEST;
    }
    if (take(']')) {
        return NULL;
    }
    parcel_number = 0;
    do {
        double parcel[COLUMNS];
        const char *zone;
        refusal bad = parcel_number < MOST_PARCELS ? read_parcel(parcel) : TOO_MANY;
        if (bad != NULL) {
            return bad;
        }
        const long cents = price(parcel, &zone);
        reply_length += (size_t)snprintf(
            reply + reply_length, LONGEST_PREDICTION, "%s{\"fee\":%ld.%02ld,\"zone\":\"%s\"}",
            parcel_number == 0 ? "" : ",", cents / 100, cents % 100, zone);
        parcel_number++;
    } while (take(','));
    parcel_number = -1;
    return take(']') ? NULL : NO_JSON;
}

static refusal answer_request(size_t line_length) {
    static const char INSTANCES[] = "instances\"";
    bool answered = false;
    if (!take('{')) {
        return NO_REQUEST;
    }
    if (!take('}')) {
        do {
            const char *name;
            if (read_text(&name) != NULL || !take(':')) {
                return NO_JSON;
            }
            const bool wanted = strncmp(name, INSTANCES, strlen(INSTANCES)) == 0;
            refusal bad = wanted ? answer_parcels() : skip_value();
            if (bad != NULL) {
                return bad;
            }
            answered = answered || wanted;
        } while (take(','));
        if (!take('}')) {
            return NO_JSON;
        }
    }
    next();
    return at != line + line_length ? NO_JSON : answered ? NULL : NO_REQUEST;
}

static void answer(size_t line_length) {
    static const char ERROR[] = "{\"error\":{\"code\":%d,\"message\":\"%s\"}}\n";
    if (line_length > LONGEST_LINE) {
        reply_length = (size_t)sprintf(reply, ERROR, 413, "a request has at most 1 MiB");
        return;
    }
    line[line_length] = '\0';
    at = line;
    parcel_number = -1;
    refusal bad = answer_request(line_length);
    if (bad == NULL) {
        reply_length += (size_t)sprintf(reply + reply_length, "]}\n");
        return;
    }
    char message[LONGEST_ERROR / 2];
    snprintf(message, sizeof message, parcel_number < 0 ? "%1$s" : "instances[%2$d]: %1$s", bad, parcel_number);
    reply_length = (size_t)sprintf(reply, ERROR, 422, message);
}

static bool write_reply(int connection) {
    for (size_t written = 0; written < reply_length;) {
        const ssize_t count = write(connection, reply + written, reply_length - written);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        written += count < 0 ? 0 : (size_t)count;
    }
    return true;
}

/* Answers line by line until the other side is gone. A line that is too long is read to its end and refused. */
static void serve(int connection) {
    static char input[1 << 16];
    size_t length = 0;
    for (;;) {
        const ssize_t count = read(connection, input, sizeof input);
        if (count == 0 || (count < 0 && errno != EINTR)) {
            return;
        }
        for (ssize_t i = 0; i < count; i++) {
            if (input[i] != '\n') {
                if (length < LONGEST_LINE) {
                    line[length] = input[i];
                }
                length++;
                continue;
            }
            answer(length);
            if (!write_reply(connection)) {
                return;
            }
            length = 0;
        }
    }
}

static struct sockaddr_un address = {.sun_family = AF_UNIX};

static void end(int number) {
    (void)number;
    unlink(address.sun_path);
    _exit(0);
}

int main(int count, char **words) {
    if (count != 2 || words[1][0] == '\0' || strlen(words[1]) >= sizeof address.sun_path) {
        fprintf(stderr, "usage: tariffd SOCKET (a path of up to %zu bytes)\n", sizeof address.sun_path - 1);
        return 2;
    }
    strcpy(address.sun_path, words[1]);
    signal(SIGPIPE, SIG_IGN);
    umask(0177);
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 5) < 0) {
        perror(address.sun_path);
        return 1;
    }
    signal(SIGTERM, end);
    signal(SIGINT, end);
    fprintf(stderr, "tariffd: listening on %s\n", address.sun_path);
    for (;;) {
        const int connection = accept(listener, NULL, NULL);
        if (connection >= 0) {
            serve(connection);
            close(connection);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            perror("accept");
            return 1;
        }
    }
}
