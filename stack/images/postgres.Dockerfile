# PostgreSQL 15 from Debian, for machines that reach no registry. Speaks the
# official image's language: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB.
FROM atalaya/debian:bookworm
LABEL atalaya.built=1
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install --yes \
       --no-install-recommends postgresql-15 \
  && rm -rf /var/lib/apt/lists/* /var/lib/postgresql/15
COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV LANG=C.UTF-8 \
    PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PGDATA=/var/lib/postgresql/data
RUN mkdir -p "$PGDATA" && chown -R postgres:postgres /var/lib/postgresql
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
