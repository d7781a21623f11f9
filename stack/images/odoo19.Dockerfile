# Odoo from Debian, for machines that reach no registry. Speaks the official
# image's language: HOST, PORT, USER, PASSWORD.
FROM atalaya/debian:trixie
LABEL atalaya.built=1
COPY install-odoo-from-sid.sh /usr/local/sbin/
RUN install-odoo-from-sid.sh
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
