"""Files of JSON lines as the two JSON SerDes read them: settings, the fast way by the engine, the exact one."""
