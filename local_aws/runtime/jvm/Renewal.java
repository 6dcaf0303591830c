package local_aws;

import java.lang.reflect.Field;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Makes of a Java that was used one as it is at its start: see runtime/warm/java.py. */
public class Renewal {
    /** Numbers that a session shows, in plans and in its event log: objects of Scala, and their fields. */
    private static final String[][] COUNTERS = {
        {"org.apache.spark.sql.catalyst.expressions.NamedExpression$", "curId"},
        {"org.apache.spark.sql.execution.SQLExecution$", "_nextExecutionId"},
        {"org.apache.spark.sql.execution.SparkPlan$", "nextPlanId"},
        {"org.apache.spark.sql.Dataset$", "curId"},
    };

    /** Has System.getenv, and processes that are started, see these variables; Java keeps those of its start in a map. */
    public static void environment(Map before, Map now) throws Exception {
        Object shown = field(Class.forName("java.lang.ProcessEnvironment"), "theUnmodifiableEnvironment").get(null);
        Map kept = (Map) field(Class.forName("java.util.Collections$UnmodifiableMap"), "m").get(shown);
        for (Iterator names = before.keySet().iterator(); names.hasNext();) {
            Object name = names.next();
            if (!now.containsKey(name)) {
                kept.remove(name);
            }
        }
        kept.putAll(now);
    }

    /** Has Hadoop's settings, as far as Spark keeps them for all sessions, be those of the properties and variables now. */
    public static void settings() {
        Configuration kept = SparkHadoopUtil.get().conf();
        Configuration now = SparkHadoopUtil.get().newConfiguration(new SparkConf());
        kept.clear();
        for (Iterator entries = now.iterator(); entries.hasNext();) {
            Map.Entry entry = (Map.Entry) entries.next();
            kept.set((String) entry.getKey(), (String) entry.getValue());
        }
    }

    /** Has these numbers begin anew. */
    public static void counters() throws Exception {
        for (int i = 0; i < COUNTERS.length; i++) {
            Class kind = Class.forName(COUNTERS[i][0]);
            Object counter = field(kind, COUNTERS[i][1]).get(field(kind, "MODULE$").get(null));
            if (counter instanceof AtomicLong) {
                ((AtomicLong) counter).set(0L);
            } else {
                ((AtomicInteger) counter).set(0);
            }
        }
    }

    /** An object of Scala. */
    public static Object single(String name) throws Exception {
        return field(Class.forName(name + "$"), "MODULE$").get(null);
    }

    private static Field field(Class kind, String name) throws Exception {
        Field found = kind.getDeclaredField(name);
        found.setAccessible(true);
        return found;
    }
}
