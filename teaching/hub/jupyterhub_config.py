"""The hub's settings. It runs in the folder of a class, where class.toml is; README.md says how.

cd /srv/class && /opt/cnnlib/.venv/bin/jupyterhub -f /opt/cnnlib/teaching/hub/jupyterhub_config.py
"""

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from teaching.hub import classroom, door, seat  # noqa: E402 the line above finds it

CLASS = Path.cwd()
PROXY = "configurable-http-proxy"
PATIENCE = 600  # seconds until a server must have answered: 70 at once on two cores need minutes

c = get_config()  # noqa: F821 JupyterHub gives it
given = classroom.read(CLASS / "class.toml")
places = given.servers or seat.that_fit()
students = seat.room(CLASS, needed=(Path(sys.executable), HERE))
os.umask(0o077)  # state, log and secrets are for the hub alone

# who may come in
c.JupyterHub.bind_url = given.address
c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = given.certificate, given.key
c.JupyterHub.authenticator_class = door.Door
c.Door.user_password = given.word
c.Authenticator.username_pattern = classroom.NAME
c.Authenticator.allowed_users = set(given.names)
c.Authenticator.allow_all = not given.names
c.Authenticator.allow_existing_users = False  # who was taken off the list is off it
c.JupyterHub.template_paths = [str(HERE / "templates")]
c.JupyterHub.template_vars = {
    "announcement_login": given.greeting,
    "places": places,
    "minutes": f"{given.server_minutes:g}",
}
if given.teacher_word:
    c.Authenticator.admin_users = {"teacher"}
    c.Door.admin_password = given.teacher_word

# a server for each
c.JupyterHub.spawner_class = seat.Seat
c.Seat.home_dir_template = f"{students}/{{username}}"
c.Seat.cmd = [sys.executable, str(HERE / "desk.py")]
c.Seat.args = [
    "--ContentsManager.hide_globs=notebooks",  # the pages as shipped; theirs are in mine
    "--ContentsManager.pre_save_hook=teaching.hub.saving.keep_stored",
    f"--MappingKernelManager.cull_idle_timeout={round(60 * given.kernel_minutes)}",
    # what a kernel prints is read from a port that every process of this machine reaches
    "--KernelManager.transport_encryption=required",
    "--MappingKernelManager.cull_connected=True",  # a page left open holds as much as one in use
    f"--MappingKernelManager.cull_interval={min(60, max(1, round(20 * given.kernel_minutes)))}",
]
c.Seat.default_url = "/lab/tree/mine/00_start_here.ipynb"
c.Seat.environment = seat.THRIFT | {"JUPYTER_PATH": str(HERE)}  # the kernel in kernels
c.Seat.start_timeout = c.Seat.http_timeout = PATIENCE
c.JupyterHub.concurrent_spawn_limit = 0  # a class begins all at once
c.JupyterHub.active_server_limit = places

# idle servers end
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [
            sys.executable,
            "-m",
            "jupyterhub_idle_culler",
            f"--timeout={round(60 * given.server_minutes)}",
        ],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    }
]

# the hub may end and begin again: students' servers go on, and are found by what is stored here
c.JupyterHub.cleanup_servers = False
c.JupyterHub.db_url = f"sqlite:///{CLASS}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(door.secret(CLASS, given))
c.ConfigurableHTTPProxy.pid_file = str(CLASS / "jupyterhub-proxy.pid")
where = os.pathsep.join([str(HERE / "node_modules/.bin"), os.environ["PATH"]])
proxy = [shutil.which(PROXY, path=where) or PROXY]
if given.redirect_port:
    proxy += ["--redirect-port", str(given.redirect_port), "--redirect-to", str(given.port)]
c.ConfigurableHTTPProxy.command = proxy
