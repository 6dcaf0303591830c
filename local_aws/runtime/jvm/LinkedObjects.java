package local_aws;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Files of a mount that are links to the objects of the local S3: nobody writes through them. */
public class LinkedObjects {
    private static final int READ_ONLY = 0400;
    private static String known;
    private static Set unwritable;

    /**
     * Before a file is written anew: where it is a link to an object that the job's role may write, take the link away,
     * so that the new file is one of its own. The other links stay, and whoever writes is refused.
     */
    public static void part(File file) throws IOException {
        if (!file.isFile() || file.canWrite() || !isLink(file.toPath())) {
            return;
        }
        String conf = System.getenv("SPARK_CONF_DIR");
        File run = conf == null ? null : new File(conf).getParentFile();
        String mount = run + "/mount/";
        if (run == null || !file.getPath().startsWith(mount)) {
            return;
        }
        File manifest = new File(run, "manifest.json");
        if (manifest.isFile() && !unwritable(manifest).contains(file.getPath().substring(mount.length()))) {
            Files.deleteIfExists(file.toPath());
        }
    }

    private static boolean isLink(Path path) throws IOException {
        Map found = Files.readAttributes(path, "unix:mode,nlink");
        int links = ((Number) found.get("nlink")).intValue();
        return links > 1 && (((Integer) found.get("mode")).intValue() & 0777) == READ_ONLY;
    }

    /** bucket/key of the objects that the role may read and not write; s3_mount.py describes the manifest. */
    private static synchronized Set unwritable(File manifest) throws IOException {
        if (!manifest.getPath().equals(known)) {
            Set found = new HashSet();
            Map buckets = (Map) new ObjectMapper().readValue(manifest, Map.class);
            for (Iterator names = buckets.keySet().iterator(); names.hasNext();) {
                String bucket = (String) names.next();
                List objects = (List) ((Map) buckets.get(bucket)).get("objects");
                for (Iterator all = objects.iterator(); all.hasNext();) {
                    List object = (List) all.next();
                    if (!object.get(3).equals("rw")) {
                        found.add(bucket + "/" + object.get(0));
                    }
                }
            }
            unwritable = found;
            known = manifest.getPath();
        }
        return unwritable;
    }
}
