# Odoo 14 from Debian 11: the old end of what Atalaya supports.
FROM atalaya/debian:bullseye
LABEL atalaya.built=1
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install --yes \
       --no-install-recommends odoo-14 \
  && rm -rf /var/lib/apt/lists/*
COPY odoo-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
COPY odoo.conf /etc/odoo/odoo.conf
ENV LANG=C.UTF-8 ODOO_RC=/etc/odoo/odoo.conf
RUN mkdir -p /mnt/extra-addons /var/lib/odoo \
  && chown -R odoo:odoo /mnt/extra-addons /var/lib/odoo /etc/odoo
VOLUME ["/var/lib/odoo", "/mnt/extra-addons"]
EXPOSE 8069 8072
USER odoo
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["odoo"]
