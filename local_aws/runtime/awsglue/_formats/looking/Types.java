package looking;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.JsonTokenId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.Partition;

/** From which lines of JSON the types of all are learned. */
public class Types {
    /** These lines of each partition; null where a line is not certain to be one object that Python reads alike. */
    public String[][] telling(Partition[] partitions, Configuration conf, int threads) throws Exception {
        Records[] parts = new Records[partitions.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new Records();
        }
        if (!Lines.taken(partitions, parts, conf, threads)) {
            return null;
        }
        String[][] found = new String[parts.length][];
        for (int i = 0; i < parts.length; i++) {
            found[i] = (String[]) parts[i].telling.toArray(new String[0]);
        }
        return found;
    }

    /** Keeps the lines from which types are to be learned that the lines before did not tell. */
    private static class Records extends Lines {
        private static final int DEEPEST = 100;
        private static final int MOST_TELLING = 5000;
        private final JsonFactory factory = new JsonFactory();
        private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        private final Kind top = new Kind();
        private CharBuffer decoded = CharBuffer.allocate(1024);
        private boolean tells;
        final List telling = new ArrayList();

        Records() {
            factory.enable(JsonParser.Feature.ALLOW_UNQUOTED_CONTROL_CHARS);
            factory.disable(JsonFactory.Feature.INTERN_FIELD_NAMES);
        }

        boolean take(byte[] bytes, int length) throws IOException {
            int start = 0;
            while (start < length && (bytes[start] == ' ' || bytes[start] == '\t')) {
                start++;
            }
            // A zero would have the parser take it for another encoding than UTF-8.
            if (start + 1 >= length || bytes[start] != '{' || bytes[start + 1] == 0 || !isText(bytes, length)) {
                return false;
            }
            tells = false;
            JsonParser parser = factory.createParser(bytes, start, length - start);
            try {
                parser.nextToken();
                if (!isStruct(parser, top, 0) || parser.nextToken() != null) {
                    return false;
                }
            } finally {
                parser.close();
            }
            if (tells) {
                telling.add(new String(bytes, 0, length, StandardCharsets.UTF_8));
            }
            return telling.size() <= MOST_TELLING;
        }

        /** Whether it is UTF-8 as the standard has it, which the parser does not see to. */
        private boolean isText(byte[] bytes, int length) {
            int all = 0;
            for (int i = 0; i < length; i++) {
                all |= bytes[i];
            }
            if (all >= 0) {
                return true;
            }
            if (decoded.capacity() < length) {
                decoded = CharBuffer.allocate(length * 2);
            }
            decoded.clear();
            decoder.reset();
            return decoder.decode(ByteBuffer.wrap(bytes, 0, length), decoded, true).isUnderflow();
        }

        /** Take in the value at which the parser is; false where Python's parser may find another. */
        private boolean isKnown(JsonParser parser, JsonToken token, Kind kind, int depth) throws IOException {
            switch (token.id()) {
                case JsonTokenId.ID_START_OBJECT:
                    return isStruct(parser, kind, depth + 1);
                case JsonTokenId.ID_START_ARRAY:
                    return isArray(parser, kind, depth + 1);
                case JsonTokenId.ID_STRING:
                    return kind.add(this, Kind.TEXT);
                case JsonTokenId.ID_NUMBER_INT:
                    JsonParser.NumberType size = parser.getNumberType();
                    if (size == JsonParser.NumberType.INT) {
                        return kind.add(this, Kind.INT);
                    }
                    return kind.add(this, size == JsonParser.NumberType.LONG ? Kind.LONG : Kind.LONGER);
                case JsonTokenId.ID_NUMBER_FLOAT:
                    return kind.add(this, Kind.DOUBLE);
                case JsonTokenId.ID_TRUE:
                case JsonTokenId.ID_FALSE:
                    return kind.add(this, Kind.BOOLEAN);
                default:
                    return token == JsonToken.VALUE_NULL;
            }
        }

        private boolean isArray(JsonParser parser, Kind kind, int depth) throws IOException {
            if (kind.elements == null) {
                kind.elements = new Kind();
                tells = true;
            }
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (depth > DEEPEST || !isKnown(parser, token, kind.elements, depth)) {
                    return false;
                }
            }
            return true;
        }

        private boolean isStruct(JsonParser parser, Kind kind, int depth) throws IOException {
            boolean isFirst = kind.struct == null;
            if (isFirst) {
                kind.struct = new Struct();
                tells = true;
            }
            Struct struct = kind.struct;
            int visit = ++struct.visits;
            int constant = 0;
            Member expected = struct.first;
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
                String name = parser.getCurrentName();
                Member member = expected != null && expected.name.equals(name) ? expected : struct.get(name);
                if (member == null) {
                    member = struct.put(name, isFirst);
                    tells = true;
                } else if (member.visit == visit) {
                    return false; // of two of one name the last counts
                } else if (!member.isAbsent) {
                    constant++;
                }
                member.visit = visit;
                expected = member.next;
                token = parser.nextToken();
                if (token == JsonToken.VALUE_NULL) {
                    tells |= !member.isNull;
                    member.isNull = true;
                } else if (depth > DEEPEST || !isKnown(parser, token, member.kind, depth)) {
                    return false;
                }
            }
            if (!isFirst && constant < struct.constant) {
                struct.lacked(visit);
                tells = true;
            }
            return true;
        }
    }

    /** What is known of the values at one place. */
    private static class Kind {
        static final int TEXT = 1;
        static final int INT = 2;
        static final int LONG = 4;
        static final int LONGER = 8;
        static final int DOUBLE = 16;
        static final int BOOLEAN = 32;
        int atoms;
        Struct struct;
        Kind elements;

        boolean add(Records records, int atom) {
            if ((atoms & atom) == 0) {
                atoms |= atom;
                records.tells = true;
            }
            return true;
        }
    }

    private static class Struct {
        private final Map members = new HashMap();
        private Member last;
        Member first;
        int visits;
        int constant; // how many members no struct at this place lacks

        Member get(String name) {
            return (Member) members.get(name);
        }

        Member put(String name, boolean isConstant) {
            Member made = new Member(name, !isConstant);
            members.put(name, made);
            constant += isConstant ? 1 : 0;
            if (last == null) {
                first = made;
            } else {
                last.next = made;
            }
            last = made;
            return made;
        }

        /** Note which members this visit did not see. */
        void lacked(int visit) {
            for (Member member = first; member != null; member = member.next) {
                if (member.visit != visit && !member.isAbsent) {
                    member.isAbsent = true;
                    constant--;
                }
            }
        }
    }

    private static class Member {
        final String name;
        final Kind kind = new Kind();
        Member next;
        int visit;
        boolean isAbsent;
        boolean isNull;

        Member(String name, boolean isAbsent) {
            this.name = name;
            this.isAbsent = isAbsent;
        }
    }
}
