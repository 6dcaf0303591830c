package local_aws;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Notes which files of a mount are read and which folders are listed: used_objects.py says where and how. */
public class UsedObjects {
    private static final int MOST = 20000;
    private static final int MOST_OF_A_FOLDER = 16;
    private static String run = folder();
    private static final Set noted = new HashSet();
    private static final Map folders = new HashMap();
    private static OutputStream out;

    private static String folder() {
        String conf = System.getenv("SPARK_CONF_DIR");
        return conf == null ? null : new File(conf).getParent();
    }

    /** Another run begins, whose folder the environment names now: nothing of it is noted yet. */
    public static synchronized void begin() {
        run = folder();
        out = null;
        noted.clear();
        folders.clear();
    }

    /** A file is to be read. */
    public static void read(File file) {
        note("r ", file);
    }

    /** A folder is to be listed. */
    public static void list(File folder) {
        note("l ", folder);
    }

    private static void note(String how, File file) {
        String path = file.getPath();
        String mount = run + "/mount/";
        if (run == null || !path.startsWith(mount) || path.indexOf("/_temporary/") >= 0) {
            return;
        }
        try {
            write(how, path.substring(mount.length()), how + file.getParent());
        } catch (IOException e) {
            // What a job does must not depend on whether it is noted: a full disk shows elsewhere.
        }
    }

    private static synchronized void write(String how, String path, String folder) throws IOException {
        Integer before = (Integer) folders.get(folder);
        int count = before == null ? 0 : before.intValue();
        if (count >= MOST_OF_A_FOLDER || noted.size() >= MOST || !noted.add(how + path)) {
            return;
        }
        folders.put(folder, Integer.valueOf(count + 1));
        if (out == null) {
            out = new FileOutputStream(run + "/used.txt", true);
        }
        out.write((how + URLEncoder.encode(path, "UTF-8") + "\n").getBytes("UTF-8"));
    }
}
