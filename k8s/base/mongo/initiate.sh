#!/bin/bash
# Runs beside mongod: has the replica set initiated if nobody has, says when the member serves, then only waits.
trap 'exit 0' TERM

until : </dev/tcp/127.0.0.1/27017; do sleep 0.2; done 2>/dev/null
until mongosh --quiet --norc 'mongodb://127.0.0.1:27017/admin?directConnection=true' /scripts/initiate.js; do sleep 1; done

touch /tmp/member
sleep infinity &
wait
