# Debian's /etc/profile resets PATH in login shells, which is what a terminal in JupyterLab is.
export PATH="/home/jovyan/.local/bin:/home/jovyan/work/.local/bin:/opt/env/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
